package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
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
  private final Login login;
  private final int database;
  private final @Nullable SSLSocketFactory tls;

  RedisEndpoint(String host, int port, Login login, int database, @Nullable SSLSocketFactory tls) {
    this.host = host;
    this.port = port;
    this.login = login;
    this.database = database;
    this.tls = tls;
  }

  static RedisEndpoint loopback(int port, Login login, @Nullable SSLSocketFactory tls) {
    return new RedisEndpoint("127.0.0.1", port, login, 0, tls);
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
      require(
          parsed.getRawQuery() == null && parsed.getRawFragment() == null,
          "it goes on behind the database");
      String path = parsed.getPath().replaceFirst("^/", "");
      return new RedisEndpoint(
          host.replaceAll("^\\[|]$", ""),
          parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(),
          Login.ofUserInfo(parsed.getRawUserInfo()),
          path.isEmpty() ? 0 : Integer.parseInt(path),
          null);
    } catch (IllegalArgumentException e) {
      // The address may hold a password, and so any part of it that the cause quotes.
      throw new IllegalArgumentException(
          "The address of the Redis server cannot be read. Write it as"
              + " redis://[user:password@]host[:port][/database], user and password"
              + " percent-encoded; TLS is not supported here.");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The same server and login, another database, from 0. */
  public RedisEndpoint database(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("The database must be >= 0, was " + number);
    }
    return new RedisEndpoint(host, port, login, number, tls);
  }

  /** The same server and database, logged in as another user. */
  public RedisEndpoint login(String user, String password) {
    return new RedisEndpoint(host, port, new Login(user, password), database, tls);
  }

  /** The same login, database and trust at another address, such as a proxy's. */
  public RedisEndpoint at(String otherHost, int otherPort) {
    return new RedisEndpoint(otherHost, otherPort, login, database, tls);
  }

  /** The name or address of the server's machine. */
  public String host() {
    return host;
  }

  /** The TCP port. */
  public int port() {
    return port;
  }

  /** The user to log in as; null for the default user or if there is no password. */
  public @Nullable String user() {
    return login.user();
  }

  /** The password to log in with, or null if there is none. */
  public @Nullable String password() {
    return login.password();
  }

  /**
   * The address as {@code redis://[user][:password@]host:port[/database]}, with TLS {@code rediss},
   * user and password percent-encoded. It holds the password: do not log it.
   */
  public String uri() {
    return scheme() + "://"
        + userInfo()
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":" + port
        + (database == 0 ? "" : "/" + database);
  }

  String scheme() {
    return tls == null ? "redis" : "rediss";
  }

  /** See {@link Login#userInfo()}. */
  String userInfo() {
    return login.userInfo();
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

  /**
   * Sends commands on one connection, each after the reply to the one before: for what belongs to a
   * connection, such as {@code WAIT} or {@code MULTI}. Waits as {@link #execute} does.
   *
   * @return the replies in that order
   * @throws EmbeddedServerException if Redis answers an error, and the rest is not sent; or if it does
   *     not answer
   */
  public List<@Nullable Object> executeAll(List<String[]> commands) {
    try (RespConnection connection = connect()) {
      List<@Nullable Object> replies = new ArrayList<>();
      for (String[] command : commands) {
        Object reply = connection.call(UTF_8, command);
        requireNoError(reply, command[0]);
        replies.add(reply);
      }
      return replies;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "No reply from " + this + ": " + e.getMessage() + ". See whether that server runs.", e);
    }
  }

  /** Logs in, sends one command and returns its reply, which may be an {@link ErrorReply}. */
  @Nullable
  Object reply(String... command) throws IOException {
    return reply(UTF_8, new String[][] {command});
  }

  /**
   * Sends commands on one connection, each after the reply to the one before, and returns the last
   * reply. ISO 8859-1 carries bytes that are no text unchanged.
   */
  @Nullable
  Object reply(Charset charset, String[]... commands) throws IOException {
    try (RespConnection connection = connect()) {
      Object last = null;
      for (String[] command : commands) {
        last = connection.call(charset, command);
      }
      return last;
    }
  }

  private RespConnection connect() throws IOException {
    RespConnection connection = RespConnection.open(host, port, tls);
    boolean ready = false;
    try {
      String[] auth = login.arguments();
      if (auth.length > 0) {
        requireNoError(connection.call(UTF_8, prepend("AUTH", auth)), "AUTH");
      }
      if (database != 0) {
        requireNoError(connection.call(UTF_8, "SELECT", Integer.toString(database)), "SELECT");
      }
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  private static String[] prepend(String first, String[] others) {
    String[] all = new String[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  void requireNoError(@Nullable Object reply, String name) {
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
