package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address of one Redis server and database, with what is needed to log in, and a way to send it
 * single commands. For tests and tools: each command opens a connection of its own. Immutable and
 * safe for concurrent use.
 */
public final class RedisEndpoint {

  private static final int DEFAULT_PORT = 6379;

  private final String host;
  private final int port;
  private final @Nullable String user;
  private final @Nullable String password;
  private final int database;

  RedisEndpoint(
      String host, int port, @Nullable String user, @Nullable String password, int database) {
    this.host = host;
    this.port = port;
    this.user = user;
    this.password = password;
    this.database = database;
  }

  static RedisEndpoint loopback(int port, @Nullable String password) {
    return new RedisEndpoint("127.0.0.1", port, null, password, 0);
  }

  /**
   * Reads an address such as {@code redis://user:password@host:6379/0}. User, password, port (6379)
   * and database (0) may be absent; user and password are percent-encoded.
   *
   * @throws IllegalArgumentException if it is not such an address; TLS ({@code rediss}) is not
   *     supported here
   */
  public static RedisEndpoint of(String uri) {
    try {
      URI parsed = URI.create(uri);
      String host = parsed.getHost();
      require("redis".equals(parsed.getScheme()) && host != null, "the form is not right");
      String[] login = login(parsed.getRawUserInfo());
      String path = parsed.getPath().replaceFirst("^/", "");
      return new RedisEndpoint(
          host.replaceAll("^\\[|]$", ""),
          parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(),
          login[0],
          login[1],
          path.isEmpty() ? 0 : Integer.parseInt(path));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The address of the Redis server cannot be read (" + withoutAddress(e, uri)
              + "). Write it as redis://[user:password@]host[:port][/database], user and password"
              + " percent-encoded; TLS is not supported here.");
    }
  }

  // The address may hold a password: it never gets into a message.
  private static String withoutAddress(IllegalArgumentException e, String uri) {
    return String.valueOf(e.getMessage()).replace(uri, "...");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private static @Nullable String[] login(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return new @Nullable String[] {null, null};
    }
    int colon = userInfo.indexOf(':');
    String user = colon < 1 ? null : decode(userInfo.substring(0, colon));
    return new @Nullable String[] {user, decode(userInfo.substring(colon + 1))};
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** The same server and login, another database, from 0. */
  public RedisEndpoint database(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("The database must be >= 0, was " + number);
    }
    return new RedisEndpoint(host, port, user, password, number);
  }

  /** The TCP port. */
  public int port() {
    return port;
  }

  /** The password to log in with, or null if there is none. */
  public @Nullable String password() {
    return password;
  }

  /**
   * The address as {@code redis://[user][:password@]host:port[/database]}, user and password
   * percent-encoded. It holds the password: do not log it.
   */
  public String uri() {
    StringBuilder uri = new StringBuilder("redis://");
    if (password != null) {
      uri.append(user == null ? "" : encode(user))
          .append(':')
          .append(encode(password))
          .append('@');
    }
    uri.append(host.contains(":") ? "[" + host + "]" : host).append(':').append(port);
    return (database == 0 ? uri : uri.append('/').append(database)).toString();
  }

  /**
   * Sends one command on a connection of its own and waits for the reply, at most 2 s to connect
   * and 10 s for each part of the reply. Text goes and comes as UTF-8.
   *
   * @param command the command's name and arguments, such as {@code "GET", "key"}
   * @return a String, a Long, a List of these, or null for the absent value
   * @throws EmbeddedServerException if Redis answers an error, or does not answer; in the second
   *     case the command may or may not have been carried out
   */
  public @Nullable Object execute(String... command) {
    if (command.length == 0) {
      throw new IllegalArgumentException("A command has at least its name, was empty");
    }
    try {
      Object reply = reply(command);
      requireNoError(reply, command[0]);
      return reply;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "No reply to " + command[0] + " from " + this + ": " + e.getMessage()
              + ". See whether that server runs.",
          e);
    }
  }

  /** Logs in, sends one command and returns its reply, which may be an {@link ErrorReply}. */
  @Nullable
  Object reply(String... command) throws IOException {
    try (RespConnection connection = RespConnection.open(host, port)) {
      if (password != null) {
        requireNoError(
            user == null
                ? connection.call("AUTH", password)
                : connection.call("AUTH", user, password),
            "AUTH");
      }
      if (database != 0) {
        requireNoError(connection.call("SELECT", Integer.toString(database)), "SELECT");
      }
      return connection.call(command);
    }
  }

  private void requireNoError(@Nullable Object reply, String name) {
    if (reply instanceof ErrorReply error) {
      throw new EmbeddedServerException(this + " answered to " + name + ": " + error.message());
    }
    if (reply instanceof List<?> elements) {
      elements.forEach(element -> requireNoError(element, name));
    }
  }

  /** Host, port and database, without the login. */
  @Override
  public String toString() {
    return "Redis at " + host + ":" + port + "/" + database;
  }
}
