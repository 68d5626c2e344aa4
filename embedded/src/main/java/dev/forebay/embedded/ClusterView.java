package dev.forebay.embedded;

import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the nodes that run say of themselves, and whether they know it of each other. Nodes that are
 * paused or ended are not asked.
 */
final class ClusterView {

  private final Map<EmbeddedRedis, ClusterLine> ofThemselves = new LinkedHashMap<>();
  private final Map<EmbeddedRedis, List<ClusterLine>> ofAll = new LinkedHashMap<>();

  private ClusterView() {}

  /** Asks each node that runs, one round trip each. */
  static ClusterView of(List<EmbeddedRedis> nodes) throws IOException {
    ClusterView view = new ClusterView();
    for (EmbeddedRedis node : ServerSet.awake(nodes)) {
      List<ClusterLine> lines = String.valueOf(node.endpoint().reply("CLUSTER", "NODES"))
          .lines()
          .map(ClusterLine::of)
          .toList();
      view.ofAll.put(node, lines);
      lines.stream()
          .filter(ClusterLine::isMyself)
          .forEach(line -> view.ofThemselves.put(node, line));
    }
    return view;
  }

  /** What a node that runs says of itself. */
  ClusterLine own(EmbeddedRedis node) {
    ClusterLine line = ofThemselves.get(node);
    if (line == null) {
      throw new EmbeddedServerException(
          node + " does not answer as a node of this cluster. See that it runs.");
    }
    return line;
  }

  /** Who says that it serves the slot; of two, the one with the newer claim. */
  Optional<EmbeddedRedis> masterOf(int slot) {
    return ofThemselves.entrySet().stream()
        .filter(node -> node.getValue().slots().get(slot))
        .max(Comparator.comparingLong(node -> node.getValue().epoch()))
        .map(Map.Entry::getKey);
  }

  List<EmbeddedRedis> masters() {
    return ofThemselves.keySet().stream().filter(node -> own(node).isMaster()).toList();
  }

  List<EmbeddedRedis> replicasOf(EmbeddedRedis master) {
    // The master may have ended: then the others still know its id.
    Optional<String> id = ofAll.values().stream()
        .flatMap(List::stream)
        .filter(line -> line.port() == master.port())
        .map(ClusterLine::id)
        .findFirst();
    return ofThemselves.keySet().stream()
        .filter(node -> id.isPresent() && own(node).masterId().equals(id.get()))
        .toList();
  }

  /** What keeps the nodes that run from serving every slot, in sync and of one mind. */
  Optional<String> obstacle() throws IOException {
    BitSet served = new BitSet(HashSlot.COUNT);
    Set<ClusterLine.Role> roles = new HashSet<>();
    ofThemselves.values().forEach(line -> {
      served.or(line.slots());
      roles.add(line.role());
    });
    if (served.cardinality() < HashSlot.COUNT) {
      return Optional.of("only " + served.cardinality() + " slots are served");
    }
    for (EmbeddedRedis node : ofAll.keySet()) {
      if (!knows(node, roles)) {
        return Optional.of(node + " does not know yet what the others are");
      }
      String info = String.valueOf(node.endpoint().reply("CLUSTER", "INFO"));
      if (!info.contains("cluster_state:ok")) {
        return Optional.of(node + " says: " + info.lines().findFirst().orElse(info));
      }
    }
    for (EmbeddedRedis master : masters()) {
      Optional<String> obstacle = ReplicationState.obstacle(master, replicasOf(master));
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  private boolean knows(EmbeddedRedis node, Set<ClusterLine.Role> roles) {
    Set<ClusterLine.Role> known = new HashSet<>();
    ofAll.getOrDefault(node, List.of()).stream()
        .filter(ClusterLine::isWell)
        .forEach(line -> known.add(line.role()));
    return known.containsAll(roles);
  }
}
