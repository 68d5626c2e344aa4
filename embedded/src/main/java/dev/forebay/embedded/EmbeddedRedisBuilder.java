package dev.forebay.embedded;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link EmbeddedRedis} that is to be started. For one thread. */
public final class EmbeddedRedisBuilder extends EmbeddedServerBuilder<EmbeddedRedisBuilder> {

  private int port;
  private @Nullable Path dataFolder;

  EmbeddedRedisBuilder() {
    super(Duration.ofSeconds(15));
  }

  @Override
  EmbeddedRedisBuilder self() {
    return this;
  }

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
   * The folder for the data, made if it is missing, and kept when the server is closed. By default a
   * temporary one that is deleted on close.
   */
  public EmbeddedRedisBuilder dataFolder(Path folder) {
    this.dataFolder = folder;
    return this;
  }

  /**
   * Starts the server. Returns when it answers, with its data loaded.
   *
   * @throws IllegalArgumentException if there is {@link #withoutDefaultUser()}, and an {@link
   *     #aclFile} that sets the default user
   * @throws EmbeddedServerException if the binary cannot run here, the port is taken, a directive is
   *     refused, or the server does not answer in time; nothing of it is left then
   */
  public EmbeddedRedis start() {
    AccessList users = users();
    users.requireConsistent();
    return launcher()
        .start(new ServerPlan(
            ServerPlan.Kind.DATA,
            port,
            dataFolder == null ? null : dataFolder.toAbsolutePath(),
            password(),
            users,
            hasTls(),
            directives(new RedisConfig()),
            patience()));
  }
}
