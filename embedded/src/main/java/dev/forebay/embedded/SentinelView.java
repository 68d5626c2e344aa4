package dev.forebay.embedded;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the sentinels say of the servers that they watch. Sentinels that are paused or ended are not
 * asked. Each method takes a round trip or a few to each sentinel that is.
 */
record SentinelView(String masterName, List<EmbeddedRedis> sentinels, List<EmbeddedRedis> data) {

  SentinelView {
    sentinels = List.copyOf(sentinels);
    data = List.copyOf(data);
  }

  /** The master that more sentinels name than any other; empty if none answers. */
  Optional<EmbeddedRedis> master() {
    Map<Integer, Integer> votes = new HashMap<>();
    for (EmbeddedRedis sentinel : ServerSet.awake(sentinels)) {
      try {
        masterPort(sentinel).ifPresent(port -> votes.merge(port, 1, Integer::sum));
      } catch (IOException e) {
        // It ended or hangs: the others are asked.
      }
    }
    return votes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .flatMap(most -> ServerSet.onPort(most.getKey(), data));
  }

  private Optional<Integer> masterPort(EmbeddedRedis sentinel) throws IOException {
    Object address = sentinel.endpoint().reply("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName);
    return address instanceof List<?> hostAndPort && hostAndPort.size() == 2
        ? Optional.of(Integer.valueOf(String.valueOf(hostAndPort.get(1))))
        : Optional.empty();
  }

  /** What keeps the sentinels from agreeing on a master that runs and takes writes. */
  Optional<String> obstacleToMaster() throws IOException {
    Set<Integer> named = new HashSet<>();
    for (EmbeddedRedis sentinel : ServerSet.awake(sentinels)) {
      named.add(masterPort(sentinel).orElse(0));
    }
    Optional<EmbeddedRedis> agreed =
        named.size() == 1 ? ServerSet.onPort(named.iterator().next(), data) : Optional.empty();
    if (agreed.isEmpty()) {
      return Optional.of("the sentinels do not agree on a master: ports " + named);
    }
    EmbeddedRedis master = agreed.get();
    return master.isAwake()
        ? ReplicationState.obstacleToWrites(master)
        : Optional.of(master + " does not run and is still their master");
  }

  /** What keeps the sentinels from knowing each other and all replicas as they are. */
  Optional<String> obstacleToKnowledge() throws IOException {
    for (EmbeddedRedis sentinel : ServerSet.awake(sentinels)) {
      Map<String, String> master =
          fields(sentinel.endpoint().reply("SENTINEL", "MASTER", masterName));
      boolean knowsAll = "master".equals(master.get("flags"))
          && Integer.toString(sentinels.size() - 1).equals(master.get("num-other-sentinels"))
          && linkedReplicas(sentinel) >= ServerSet.awake(data).size() - 1;
      if (!knowsAll) {
        return Optional.of(sentinel + " does not know every server yet: " + master);
      }
    }
    return Optional.empty();
  }

  private long linkedReplicas(EmbeddedRedis sentinel) throws IOException {
    Object replicas = sentinel.endpoint().reply("SENTINEL", "REPLICAS", masterName);
    return replicas instanceof List<?> all
        ? all.stream()
            .map(SentinelView::fields)
            .filter(replica -> "slave".equals(replica.get("flags")))
            .filter(replica -> "ok".equals(replica.get("master-link-status")))
            .count()
        : 0;
  }

  /** Asks one sentinel to fail over; answers what it has against that. */
  Optional<String> obstacleToFailOver() throws IOException {
    for (EmbeddedRedis sentinel : ServerSet.awake(sentinels)) {
      Object reply = sentinel.endpoint().reply("SENTINEL", "FAILOVER", masterName);
      return "OK".equals(reply) ? Optional.empty() : Optional.of(sentinel + " said " + reply);
    }
    return Optional.of("no sentinel runs");
  }

  private static Map<String, String> fields(@Nullable Object flat) {
    Map<String, String> fields = new HashMap<>();
    if (flat instanceof List<?> list) {
      for (int i = 0; i + 1 < list.size(); i += 2) {
        fields.put(String.valueOf(list.get(i)), String.valueOf(list.get(i + 1)));
      }
    }
    return fields;
  }
}
