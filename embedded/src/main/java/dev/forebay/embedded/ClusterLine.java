package dev.forebay.embedded;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node of a cluster knows of one node: a line of CLUSTER NODES. */
record ClusterLine(
    String id, int port, List<String> flags, String masterId, long epoch, BitSet slots) {

  private static final Pattern ADDRESS = Pattern.compile("[^:]*:(\\d+)@.*");
  private static final Pattern SLOTS = Pattern.compile("(\\d+)(?:-(\\d+))?");
  private static final int FIRST_SLOTS = 8;

  /** A role that a node and those who know it must agree on. */
  record Role(String id, int port, String masterId, BitSet slots) {}

  static ClusterLine of(String line) {
    String[] words = line.split(" ", -1);
    Matcher address = ADDRESS.matcher(words[1]);
    if (!address.matches()) {
      throw new EmbeddedServerException("CLUSTER NODES shows a node without an address: " + line);
    }
    BitSet slots = new BitSet(HashSlot.COUNT);
    for (int i = FIRST_SLOTS; i < words.length; i++) {
      Matcher range = SLOTS.matcher(words[i]);
      if (range.matches()) {
        int first = Integer.parseInt(range.group(1));
        String last = range.group(2);
        slots.set(first, 1 + (last == null ? first : Integer.parseInt(last)));
      }
    }
    return new ClusterLine(
        words[0],
        Integer.parseInt(address.group(1)),
        List.of(words[2].split(",", -1)),
        words[3],
        Long.parseLong(words[6]),
        slots);
  }

  boolean isMyself() {
    return flags.contains("myself");
  }

  boolean isMaster() {
    return flags.contains("master");
  }

  boolean isWell() {
    return !flags.contains("handshake") && !flags.contains("fail") && !flags.contains("fail?");
  }

  Role role() {
    return new Role(id, port, masterId, slots);
  }
}
