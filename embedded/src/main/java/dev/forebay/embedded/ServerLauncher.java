package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Starts servers by plan: a folder, a guard, a port, a configuration, a process. For one thread. */
final class ServerLauncher {

  private static final int PORT_TRIES = 10;

  private final RedisBinary.Source binary;

  /** All servers it starts share one copy of the program. */
  ServerLauncher(RedisBinary.Source binary) {
    this.binary = new SharedBinary(binary);
  }

  /**
   * Returns when the server answers, with its data loaded.
   *
   * @throws EmbeddedServerException if it cannot be started; nothing of it is left then
   */
  EmbeddedRedis start(ServerPlan plan) {
    ServerFolder folder = ServerFolder.create();
    OrphanGuard guard = null;
    EmbeddedRedis started = null;
    try {
      StaleFolders.sweepBeside(folder.path());
      guard = OrphanGuard.watch(folder.pidFile(), folder.path());
      started = startOnFreePort(plan, folder, guard, binary.locate(folder));
      return started;
    } finally {
      if (started == null) {
        EmbeddedRedis.discard(folder, guard);
      }
    }
  }

  private static EmbeddedRedis startOnFreePort(
      ServerPlan plan, ServerFolder folder, OrphanGuard guard, RedisBinary runnable) {
    TlsIdentity identity = plan.tls() ? TlsIdentity.get(folder) : null;
    for (int tries = 1; ; tries++) {
      int port = plan.choosePort();
      try {
        TlsFiles tls = writeFiles(plan, folder, port, identity);
        EmbeddedRedis redis =
            new EmbeddedRedis(plan, folder, guard, runnable, plan.endpoint(port, identity), tls);
        redis.startFirst();
        return redis;
      } catch (PortTakenException e) {
        if (plan.fixedPort() != 0 || tries == PORT_TRIES) {
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

  private static @Nullable TlsFiles writeFiles(
      ServerPlan plan, ServerFolder folder, int port, @Nullable TlsIdentity identity)
      throws IOException {
    Path data = folder.dataOf(plan);
    Files.createDirectories(data);
    RedisConfig config = new RedisConfig()
        .add("bind", "127.0.0.1")
        .add("port", identity == null ? Integer.toString(port) : "0")
        .add("daemonize", "no")
        .add("pidfile", folder.pidFile().toString())
        .add("dir", data.toString());
    if (plan.users().isEmpty()) {
      config.addUnlessNull("requirepass", plan.password());
    } else {
      folder.writePrivately(folder.accessList(), plan.users().text(plan.password()));
      config.add("aclfile", folder.accessList().toString());
    }
    TlsFiles tls = null;
    if (identity != null) {
      tls = identity.writeTo(folder);
      config
          .add("tls-port", Integer.toString(port))
          .add("tls-cert-file", TlsIdentity.certificateFile(folder).toString())
          .add("tls-key-file", TlsIdentity.keyFile(folder).toString())
          .add("tls-ca-cert-file", tls.caCertificate().toString())
          .add("tls-auth-clients", "no");
    }
    folder.writePrivately(folder.config(), config.addAll(plan.directives()).text());
    return tls;
  }
}
