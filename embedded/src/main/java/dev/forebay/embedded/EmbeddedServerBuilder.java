package dev.forebay.embedded;

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
  private @Nullable String password;
  private boolean appendOnly;
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
