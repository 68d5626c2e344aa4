package dev.forebay.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Servers that start and end together. The list is complete before other threads see it. */
final class ServerSet implements AutoCloseable {

  private final ServerLauncher launcher;
  private final List<EmbeddedRedis> servers = new ArrayList<>();

  ServerSet(ServerLauncher launcher) {
    this.launcher = launcher;
  }

  EmbeddedRedis start(ServerPlan plan) {
    EmbeddedRedis started = launcher.start(plan);
    servers.add(started);
    return started;
  }

  List<EmbeddedRedis> servers() {
    return List.copyOf(servers);
  }

  static List<EmbeddedRedis> awake(List<EmbeddedRedis> servers) {
    return servers.stream().filter(EmbeddedRedis::isAwake).toList();
  }

  static Optional<EmbeddedRedis> onPort(int port, List<EmbeddedRedis> servers) {
    return servers.stream().filter(server -> server.port() == port).findFirst();
  }

  /** Closes all, those that were started last first. */
  @Override
  public void close() {
    for (int i = servers.size() - 1; i >= 0; i--) {
      servers.get(i).close();
    }
  }
}
