package dev.forebay.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which node of a cluster has which slots, as the nodes say of themselves. The epoch of a node is a
 * part of it: a slot that went away and came back has raised it.
 */
final class SlotPlacement {

  private static final int EPOCH = 6;
  private static final int FIRST_SLOTS = 8;

  private SlotPlacement() {}

  /**
   * Returns the nodes with their slots, in an order that does not depend on that of the views.
   *
   * @param views the answers of nodes to {@code CLUSTER NODES}
   * @return empty if a slot is between two nodes, or none of them has it
   */
  static Optional<List<String>> of(List<String> views) {
    BitSet served = new BitSet(SlotHash.SLOT_COUNT);
    List<String> nodes = new ArrayList<>();
    for (String view : views) {
      for (String line : view.lines().toList()) {
        String[] words = line.split(" ", -1);
        if (words.length > FIRST_SLOTS && words[2].contains("myself")) {
          StringBuilder node = new StringBuilder(words[0]).append(' ').append(words[EPOCH]);
          for (int i = FIRST_SLOTS; i < words.length; i++) {
            if (words[i].startsWith("[")) {
              return Optional.empty();
            }
            add(words[i], served);
            node.append(' ').append(words[i]);
          }
          nodes.add(node.toString());
        }
      }
    }
    nodes.sort(Comparator.naturalOrder());
    return served.cardinality() == SlotHash.SLOT_COUNT
        ? Optional.of(List.copyOf(nodes))
        : Optional.empty();
  }

  /** @param slots one, or the first and last of several: {@code 0-5460} */
  private static void add(String slots, BitSet served) {
    int dash = slots.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? slots : slots.substring(0, dash));
    served.set(first, 1 + (dash < 0 ? first : Integer.parseInt(slots.substring(dash + 1))));
  }
}
