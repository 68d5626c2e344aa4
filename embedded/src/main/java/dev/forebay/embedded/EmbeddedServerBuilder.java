package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a single server, a Sentinel set and a cluster have in common; on a set they hold
 * for each of its data nodes. For one thread.
 *
 * @param <B> the builder that each method returns
 */
public abstract sealed class EmbeddedServerBuilder<B extends EmbeddedServerBuilder<B>>
    permits EmbeddedRedisBuilder, EmbeddedSentinelBuilder, EmbeddedClusterBuilder {

  private final RedisConfig settings = new RedisConfig();
  private final AccessList users = new AccessList();
  private @Nullable String password;
  private boolean appendOnly;
  private boolean tls;
  private RedisBinary.@Nullable Source binary;
  private Duration patience;

  EmbeddedServerBuilder(Duration patience) {
    this.patience = patience;
  }

  abstract B self();

  /**
   * The password of the default user. None by default. It goes into a file that only this user can
   * read, never onto a command line.
   *
   * @param password not empty, any characters but NUL
   */
  public B password(String password) {
    this.password = requirePassword(password);
    return self();
  }

  static String requirePassword(String password) {
    if (password.isEmpty()) {
      throw new IllegalArgumentException(
          "password must not be empty; do not call password(...) for a server without one");
    }
    return RedisConfig.requireText("password", password);
  }

  /**
   * Adds a user. {@link EmbeddedRedis#endpointOf} gives its address. It stands in an ACL file that
   * only this user of the machine can read, so {@code ACL SAVE} and {@code ACL LOAD} work as well.
   *
   * @param name no white space, not {@code default}
   * @param password not empty, any characters but NUL
   * @param rules as for ACL SETUSER, such as {@code "~app:*", "&app:*", "+@all", "-@dangerous"};
   *     without rules the user may do nothing
   */
  public B user(String name, String password, String... rules) {
    users.add(name, requirePassword(password), List.of(rules));
    return self();
  }

  /**
   * Adds the users of an ACL file, such as the one that production uses; read at once. Log in as one
   * of them with {@link RedisEndpoint#login}. If it sets the default user, then with {@link
   * #password} or without one as that line says.
   *
   * @throws EmbeddedServerException if it cannot be read
   */
  public B aclFile(Path file) {
    try {
      users.addLines(Files.readString(file));
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The ACL file '" + file + "' cannot be read: " + e + ". Correct the path.", e);
    }
    return self();
  }

  /**
   * Turns the default user off, so that nobody gets in without the name of a user. {@code uri()},
   * {@code endpoint()} and {@code execute} then log in as the first {@link #user}. So do the servers
   * of a set with each other: there it must be allowed all, by {@code "~*", "&*", "+@all"}.
   */
  public B withoutDefaultUser() {
    users.turnDefaultUserOff();
    return self();
  }

  /**
   * Lets every port speak TLS only, those of sentinels and the bus of a cluster too, with a
   * certificate for localhost and 127.0.0.1 of a throw-away authority; {@link
   * EmbeddedRedis#tlsFiles()} says how to trust it. Clients need no certificate. The first server of a
   * JVM with TLS starts about a second later.
   */
  public B tls() {
    this.tls = true;
    return self();
  }

  /**
   * Whether the server keeps an append-only file, flushed to disk every second. Off by default: the
   * data is gone when the server ends.
   */
  public B appendOnly(boolean appendOnly) {
    this.appendOnly = appendOnly;
    return self();
  }

  /**
   * The redis-server to run, 6.2 or newer; Valkey's does as well. By default what {@code
   * FOREBAY_REDIS_BINARY} names, an absolute path or {@code PATH}; without it the shipped one.
   */
  public B binary(Path binary) {
    this.binary = RedisBinary.named(binary);
    return self();
  }

  /** Runs the {@code redis-server} found on PATH. */
  public B binaryFromPath() {
    this.binary = RedisBinary.onPath();
    return self();
  }

  /**
   * Any other directive of redis.conf. May be given again: the last one counts, or Redis adds them
   * up, as for {@code save}.
   *
   * @param directive such as {@code maxmemory}
   * @param arguments each as a text of its own: {@code setting("save", "60", "1000")}
   * @throws IllegalArgumentException if it is no directive's name, or one that this builder governs
   */
  public B setting(String directive, String... arguments) {
    String name = RedisConfig.requireFree(directive);
    for (String argument : arguments) {
      RedisConfig.requireText("An argument of the directive '" + name + "'", argument);
    }
    settings.add(name, List.of(arguments));
    return self();
  }

  /**
   * How long {@code start()} may take until the server answers, and a set is complete; also how long
   * a set waits for a failover. More than 0; by default 15 s, for a set 30 s.
   */
  public B startWithin(Duration patience) {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("startWithin must be more than 0, was " + patience);
    }
    this.patience = patience;
    return self();
  }

  @Nullable
  String password() {
    return password;
  }

  AccessList users() {
    return users;
  }

  /**
   * Returns with what the servers of a set log in with each other.
   *
   * @throws IllegalArgumentException if there is no such user, or what is said of the default user
   *     contradicts itself
   */
  Login loginOfSet() {
    users.requireConsistent();
    return users.requireLogin(password);
  }

  boolean hasTls() {
    return tls;
  }

  Duration patience() {
    return patience;
  }

  ServerLauncher launcher() {
    return new ServerLauncher(
        binary != null
            ? binary
            : RedisBinary.fromEnvironment(System.getenv(RedisBinary.ENVIRONMENT_VARIABLE)));
  }

  /** Directives of a data node; those of the user come last, so that they count. */
  RedisConfig directives(RedisConfig ofTheNode) {
    return new RedisConfig()
        .add("save", "")
        .add("appendonly", appendOnly ? "yes" : "no")
        .add("appendfsync", "everysec")
        .addAll(ofTheNode)
        .addAll(settings);
  }
}
