package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link EmbeddedRedis} that is to be started. For one thread. */
public final class EmbeddedRedisBuilder {

  private static final int PORT_TRIES = 10;

  private record Setting(String directive, List<String> arguments) {}

  private final List<Setting> settings = new ArrayList<>();
  private int port;
  private @Nullable String password;
  private boolean appendOnly;
  private @Nullable Path dataFolder;
  private RedisBinary.@Nullable Source binary;
  private Duration patience = Duration.ofSeconds(15);

  EmbeddedRedisBuilder() {}

  /**
   * The TCP port on 127.0.0.1.
   *
   * @param port from 1 to 65535, or 0 (the default) for a free one from 20000 to 29999, which lies
   *     below the ports that Linux and macOS give to outgoing connections
   */
  public EmbeddedRedisBuilder port(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 0 to 65535, was " + port);
    }
    this.port = port;
    return this;
  }

  /**
   * The password of the default user. None by default. It goes into a file that only this user can
   * read, never onto a command line.
   *
   * @param password not empty, any characters but NUL
   */
  public EmbeddedRedisBuilder password(String password) {
    if (password.isEmpty()) {
      throw new IllegalArgumentException(
          "password must not be empty; do not call password(...) for a server without one");
    }
    this.password = RedisConfig.requireText("password", password);
    return this;
  }

  /**
   * Whether the server keeps an append-only file, flushed to disk every second. Off by default: the
   * data is gone when the server ends.
   */
  public EmbeddedRedisBuilder appendOnly(boolean appendOnly) {
    this.appendOnly = appendOnly;
    return this;
  }

  /**
   * The folder for the data, made if it is missing, and kept when the server is closed. By default a
   * temporary one that is deleted on close.
   */
  public EmbeddedRedisBuilder dataFolder(Path folder) {
    this.dataFolder = folder;
    return this;
  }

  /**
   * The redis-server to run, 6.2 or newer; Valkey's does as well. By default what {@code
   * FOREBAY_REDIS_BINARY} names, an absolute path or {@code PATH}; without it the shipped one.
   */
  public EmbeddedRedisBuilder binary(Path binary) {
    this.binary = RedisBinary.named(binary);
    return this;
  }

  /** Runs the {@code redis-server} found on PATH. */
  public EmbeddedRedisBuilder binaryFromPath() {
    this.binary = RedisBinary.onPath();
    return this;
  }

  /**
   * Any other directive of redis.conf. May be given again: the last one counts, or Redis adds them
   * up, as for {@code save}.
   *
   * @param directive such as {@code maxmemory}
   * @param arguments each as a text of its own: {@code setting("save", "60", "1000")}
   * @throws IllegalArgumentException if it is no directive's name, or one that this builder governs
   */
  public EmbeddedRedisBuilder setting(String directive, String... arguments) {
    String name = RedisConfig.requireFree(directive);
    for (String argument : arguments) {
      RedisConfig.requireText("An argument of the directive '" + name + "'", argument);
    }
    settings.add(new Setting(name, List.of(arguments)));
    return this;
  }

  /** How long {@link #start()} waits for the first answer, more than 0. By default 15 s. */
  public EmbeddedRedisBuilder startWithin(Duration patience) {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("startWithin must be more than 0, was " + patience);
    }
    this.patience = patience;
    return this;
  }

  /**
   * Starts the server. Returns when it answers, with its data loaded.
   *
   * @throws EmbeddedServerException if the binary cannot run here, the port is taken, a directive is
   *     refused, or the server does not answer in time; nothing of it is left then
   */
  public EmbeddedRedis start() {
    RedisBinary.Source source = binary != null
        ? binary
        : RedisBinary.fromEnvironment(System.getenv(RedisBinary.ENVIRONMENT_VARIABLE));
    ServerFolder folder = ServerFolder.create();
    OrphanGuard guard = null;
    EmbeddedRedis started = null;
    try {
      StaleFolders.sweepBeside(folder.path());
      guard = OrphanGuard.watch(folder.pidFile(), folder.path());
      started = startOnFreePort(folder, guard, source.locate(folder));
      return started;
    } finally {
      if (started == null) {
        EmbeddedRedis.discard(folder, guard);
      }
    }
  }

  private EmbeddedRedis startOnFreePort(
      ServerFolder folder, OrphanGuard guard, RedisBinary runnable) {
    Path data = dataFolder == null ? folder.data() : dataFolder.toAbsolutePath();
    for (int tries = 1; ; tries++) {
      RedisEndpoint endpoint =
          RedisEndpoint.loopback(port == 0 ? LoopbackPort.free() : port, password);
      try {
        Files.createDirectories(data);
        folder.writePrivately(
            folder.config(), config(folder, data, endpoint.port()).text());
        EmbeddedRedis redis = new EmbeddedRedis(
            folder, guard, runnable, endpoint, data, dataFolder != null, patience);
        redis.startFirst();
        return redis;
      } catch (PortTakenException e) {
        if (port != 0 || tries == PORT_TRIES) {
          throw e;
        }
      } catch (IOException e) {
        throw new EmbeddedServerException(
            "The folders of the server cannot be written: " + e + ". Make room, or name others with"
                + " dataFolder(...) or -Djava.io.tmpdir=...",
            e);
      }
    }
  }

  private RedisConfig config(ServerFolder folder, Path data, int chosenPort) {
    RedisConfig config = new RedisConfig()
        .add("bind", "127.0.0.1")
        .add("port", Integer.toString(chosenPort))
        .add("daemonize", "no")
        .add("pidfile", folder.pidFile().toString())
        .add("dir", data.toString())
        .add("save", "")
        .add("appendonly", appendOnly ? "yes" : "no")
        .add("appendfsync", "everysec")
        .addUnlessNull("requirepass", password);
    settings.forEach(setting -> config.add(setting.directive(), setting.arguments()));
    return config;
  }
}
