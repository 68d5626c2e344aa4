package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link EmbeddedRedis} that is to be started. For one thread. */
public final class EmbeddedRedisBuilder extends EmbeddedServerBuilder<EmbeddedRedisBuilder> {

  private final AccessList users = new AccessList();
  private int port;
  private @Nullable Path dataFolder;
  private boolean tls;

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
   * Lets the port speak TLS only, with a certificate for localhost and 127.0.0.1 of a throw-away
   * authority; {@link EmbeddedRedis#tlsFiles()} says how to trust it. Clients need no certificate.
   * The first server of a JVM with TLS starts about a second later.
   */
  public EmbeddedRedisBuilder tls() {
    this.tls = true;
    return this;
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
  public EmbeddedRedisBuilder user(String name, String password, String... rules) {
    users.add(name, requirePassword(password), List.of(rules));
    return this;
  }

  /**
   * Adds the users of an ACL file, such as the one that production uses; read at once. Log in as one
   * of them with {@link RedisEndpoint#login}. If it sets the default user, then with {@link
   * #password} or without one as that line says.
   *
   * @throws EmbeddedServerException if it cannot be read
   */
  public EmbeddedRedisBuilder aclFile(Path file) {
    try {
      users.addLines(Files.readString(file));
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The ACL file '" + file + "' cannot be read: " + e + ". Correct the path.", e);
    }
    return this;
  }

  /**
   * Turns the default user off, so that nobody gets in without the name of a user. {@link
   * EmbeddedRedis#uri()}, {@code endpoint()} and {@code execute} then log in as the first {@link
   * #user}.
   */
  public EmbeddedRedisBuilder withoutDefaultUser() {
    users.turnDefaultUserOff();
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
    users.requireConsistent();
    return launcher()
        .start(new ServerPlan(
            ServerPlan.Kind.DATA,
            port,
            dataFolder == null ? null : dataFolder.toAbsolutePath(),
            password(),
            users,
            tls,
            directives(new RedisConfig()),
            patience()));
  }
}
