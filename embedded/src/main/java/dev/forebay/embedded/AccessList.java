package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The users of a server, as they stand in an ACL file: passwords as SHA-256 hashes only. */
final class AccessList {

  private static final Pattern NAME = Pattern.compile("[^\\s\\x00]+");
  private static final Pattern DEFAULT_USER = Pattern.compile("(?m)^user\\s+default\\s");

  private final List<String> lines = new ArrayList<>();
  private final Map<String, Login> logins = new LinkedHashMap<>();
  private boolean defaultUserOff;

  void add(String name, String password, List<String> rules) {
    if (!NAME.matcher(name).matches() || name.equals("default")) {
      throw new IllegalArgumentException(
          "'" + name + "' cannot be the name of a user(...): it needs"
              + " at least one character, none of them white space; for the default user use"
              + " password(...) or withoutDefaultUser()");
    }
    if (logins.putIfAbsent(name, new Login(name, password)) != null) {
      throw new IllegalArgumentException("The user '" + name + "' was given already");
    }
    StringBuilder line = new StringBuilder("user " + name + " on #" + sha256(password));
    for (String rule : rules) {
      if (!rule.matches("[^\\r\\n\\x00]+")) {
        throw new IllegalArgumentException("A rule of user '" + name + "' is empty or holds an end"
            + " of line; write rules such as ~app:* and +@read, each as a text of its own");
      }
      line.append(' ').append(rule);
    }
    lines.add(line.toString());
  }

  void addLines(String text) {
    text.lines().filter(line -> !line.isBlank()).forEach(lines::add);
  }

  void turnDefaultUserOff() {
    defaultUserOff = true;
  }

  /** @throws IllegalArgumentException if the default user is turned off, and set by a line */
  void requireConsistent() {
    if (defaultUserOff && setsDefaultUser()) {
      throw new IllegalArgumentException("withoutDefaultUser() turns the default user off, which"
          + " aclFile(...) sets by a line of its own; leave out one of the two");
    }
  }

  private boolean setsDefaultUser() {
    return lines.stream().anyMatch(line -> DEFAULT_USER.matcher(line).find());
  }

  boolean isEmpty() {
    return lines.isEmpty() && !defaultUserOff;
  }

  /** The login of a user that was added. */
  @Nullable
  Login login(String name) {
    return logins.get(name);
  }

  /** What to log in with where nobody chooses: the default user, or the first if that one is off. */
  Login mainLogin(@Nullable String defaultPassword) {
    return defaultUserOff
        ? logins.values().stream().findFirst().orElse(Login.NONE)
        : Login.withPassword(defaultPassword);
  }

  /** @throws IllegalArgumentException if the default user is off and there is no other to log in as */
  Login requireLogin(@Nullable String defaultPassword) {
    if (defaultUserOff && logins.isEmpty()) {
      throw new IllegalArgumentException(
          "withoutDefaultUser() leaves the servers nobody to log in with"
              + " each other as; add a user(...) that is allowed all, by \"~*\", \"&*\", \"+@all\"");
    }
    return mainLogin(defaultPassword);
  }

  /** The file. Redis lets its default user in without a password unless a line says otherwise. */
  String text(@Nullable String defaultPassword) {
    List<String> all = new ArrayList<>(lines);
    if (!setsDefaultUser()) {
      all.add("user default "
          + (defaultUserOff
              ? "off"
              : "on " + (defaultPassword == null ? "nopass" : "#" + sha256(defaultPassword))
                  + " ~* &* +@all"));
    }
    return String.join("\n", all) + "\n";
  }

  private static String sha256(String password) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(password.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
