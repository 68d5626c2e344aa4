package dev.forebay.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server is to be, but for the port and the folder that it gets at its start.
 *
 * @param fixedPort its port, or 0 for a free one
 * @param dataFolder where the data is kept, or null to delete it with the server
 * @param password of the default user
 * @param users the others; if there are any, they and the default user go into an ACL file
 * @param directives all but those that depend on port and folder, and on password, users and TLS
 * @param patience how long it may take to answer
 */
record ServerPlan(
    Kind kind,
    int fixedPort,
    @Nullable Path dataFolder,
    @Nullable String password,
    AccessList users,
    boolean tls,
    RedisConfig directives,
    Duration patience) {

  /** What the program is started as. */
  enum Kind {
    DATA("Redis"),
    CLUSTER_NODE("Cluster node"),
    SENTINEL("Sentinel");

    private final String title;

    Kind(String title) {
      this.title = title;
    }
  }

  /** How log lines call the server. */
  String title() {
    return kind.title;
  }

  int choosePort() {
    if (fixedPort != 0) {
      return fixedPort;
    }
    return kind == Kind.CLUSTER_NODE ? LoopbackPort.freeWithBus() : LoopbackPort.free();
  }

  Optional<String> argument() {
    return kind == Kind.SENTINEL ? Optional.of("--sentinel") : Optional.empty();
  }

  RedisEndpoint endpoint(int port, @Nullable TlsIdentity identity) {
    return RedisEndpoint.loopback(
        port, users.mainLogin(password), identity == null ? null : identity.socketFactory());
  }
}
