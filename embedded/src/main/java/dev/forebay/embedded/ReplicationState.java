package dev.forebay.embedded;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server says of its replication. */
record ReplicationState(Map<String, String> fields) {

  /**
   * Directives that let "online" be true. After a diskless transfer, 6.2 says so up to a second
   * before it sends the replica what was written since; and 7.0 waits 5 s before it begins one.
   */
  private static final RedisConfig PROMPT =
      new RedisConfig().add("repl-diskless-sync", "no").add("rdb-del-sync-files", "yes");

  /** Directives of a server that follows others, or may have to. */
  static RedisConfig directives(Login login, boolean tls) {
    return new RedisConfig()
        .addAll(PROMPT)
        .addUnlessNull("masteruser", login.user())
        .addUnlessNull("masterauth", login.password())
        .add("tls-replication", tls ? "yes" : "no");
  }

  static ReplicationState of(EmbeddedRedis server) throws IOException {
    Map<String, String> fields = new HashMap<>();
    String info = String.valueOf(server.endpoint().reply("INFO", "replication"));
    info.lines().forEach(line -> {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    });
    return new ReplicationState(fields);
  }

  boolean isMaster() {
    return "master".equals(fields.get("role"));
  }

  boolean isLinkedTo(EmbeddedRedis master) {
    return "up".equals(fields.get("master_link_status"))
        && Integer.toString(master.port()).equals(fields.get("master_port"));
  }

  private long onlineReplicas() {
    return fields.entrySet().stream()
        .filter(field -> field.getKey().matches("slave\\d+"))
        .filter(field -> field.getValue().contains("state=online"))
        .count();
  }

  /** What keeps the replicas from being in sync with their master. */
  static Optional<String> obstacle(EmbeddedRedis master, List<EmbeddedRedis> replicas)
      throws IOException {
    for (EmbeddedRedis replica : replicas) {
      if (!of(replica).isLinkedTo(master)) {
        return Optional.of(replica + " is not linked to " + master);
      }
    }
    long online = of(master).onlineReplicas();
    return online < replicas.size()
        ? Optional.of(master + " has " + online + " of " + replicas.size() + " replicas online")
        : Optional.empty();
  }

  /** What keeps a server from taking writes. Deleting what is not there changes nothing. */
  static Optional<String> obstacleToWrites(EmbeddedRedis server) throws IOException {
    Object reply = server.endpoint().reply("DEL", "forebay:absent");
    return reply instanceof Long
        ? Optional.empty()
        : Optional.of(server + " takes no writes: " + reply);
  }
}
