package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a redis.conf. Every argument is quoted, so that no value can end its line, start
 * another directive or be taken for two arguments.
 */
final class RedisConfig {

  private static final Pattern DIRECTIVE = Pattern.compile("[a-z][a-z0-9-]*");

  private static final Map<String, String> TAKEN = Map.ofEntries(
      Map.entry("port", "use port(...)"),
      Map.entry("bind", "the server listens on 127.0.0.1 only"),
      Map.entry("include", "an included file could open the server to the network"),
      Map.entry("requirepass", "use password(...)"),
      Map.entry("aclfile", "use user(...) or aclFile(...)"),
      Map.entry("tls-port", "use tls()"),
      Map.entry("dir", "use dataFolder(...)"),
      Map.entry("pidfile", "the server is found by it when this JVM dies"),
      Map.entry("logfile", "start-up errors are read from it"),
      Map.entry("daemonize", "the server must stay a child of this JVM"),
      Map.entry("supervised", "the server must stay a child of this JVM"));

  private final List<String> lines = new ArrayList<>();

  /**
   * Checks a directive that a user gives.
   *
   * @return its name in lower case
   * @throws IllegalArgumentException if it is no name of a directive, or belongs to the builder
   */
  static String requireFree(String directive) {
    String name = directive.toLowerCase(Locale.ROOT);
    if (!DIRECTIVE.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + directive + "' is no name of a redis.conf directive;"
          + " write one such as maxmemory, and each of its arguments as a text of its own");
    }
    String reason = TAKEN.get(name);
    if (reason != null) {
      throw new IllegalArgumentException(
          "The directive '" + name + "' cannot be set here: " + reason);
    }
    return name;
  }

  /** Text that can stand in a redis.conf: Redis keeps its settings as C strings. */
  static String requireText(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(what + " must not hold a NUL character");
    }
    return text;
  }

  RedisConfig add(String directive, List<String> arguments) {
    StringBuilder line = new StringBuilder(directive);
    arguments.forEach(argument -> line.append(' ').append(quoted(argument)));
    lines.add(line.toString());
    return this;
  }

  RedisConfig add(String directive, String argument) {
    return add(directive, List.of(argument));
  }

  RedisConfig addUnlessNull(String directive, @Nullable String argument) {
    return argument == null ? this : add(directive, argument);
  }

  RedisConfig addAll(RedisConfig other) {
    lines.addAll(other.lines);
    return this;
  }

  /** Quoted as sdssplitargs of Redis reads it: in double quotes, a byte outside ASCII as \xHH. */
  private static String quoted(String argument) {
    StringBuilder quoted = new StringBuilder("\"");
    for (byte b : argument.getBytes(UTF_8)) {
      if (b == '"' || b == '\\') {
        quoted.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7f) {
        quoted.append((char) b);
      } else {
        quoted.append(String.format(Locale.ROOT, "\\x%02x", b));
      }
    }
    return quoted.append('"').toString();
  }

  /** The whole file. It may hold a password. */
  String text() {
    return String.join("\n", lines) + "\n";
  }
}
