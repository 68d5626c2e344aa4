package dev.forebay.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a cluster of empty nodes. Each of {@code replicas} gets the next master in turn. */
record ClusterFormation(
    List<EmbeddedRedis> masters, List<EmbeddedRedis> replicas, Duration patience) {

  void run() {
    for (int i = 0; i < masters.size(); i++) {
      // Epochs of their own save the masters the rounds in which they would find such.
      masters.get(i).execute("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
      assignSlots(i);
    }
    introduceAll();
    for (int i = 0; i < replicas.size(); i++) {
      follow(replicas.get(i), masters.get(i % masters.size()));
    }
  }

  private void assignSlots(int index) {
    List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    int end = (index + 1) * HashSlot.COUNT / masters.size();
    for (int slot = index * HashSlot.COUNT / masters.size(); slot < end; slot++) {
      command.add(Integer.toString(slot));
    }
    masters.get(index).execute(command.toArray(String[]::new));
  }

  // Everybody meets everybody: gossip alone would take seconds to tell the last one.
  private void introduceAll() {
    List<EmbeddedRedis> all = new ArrayList<>(masters);
    all.addAll(replicas);
    for (int i = 0; i < all.size(); i++) {
      for (EmbeddedRedis other : all.subList(i + 1, all.size())) {
        all.get(i).execute("CLUSTER", "MEET", "127.0.0.1", Integer.toString(other.port()));
      }
    }
  }

  private void follow(EmbeddedRedis replica, EmbeddedRedis master) {
    String id = String.valueOf(master.execute("CLUSTER", "MYID"));
    Patience.until(replica + " follows " + master, patience, () -> {
      Object reply = replica.endpoint().reply("CLUSTER", "REPLICATE", id);
      return "OK".equals(reply) ? Optional.empty() : Optional.of("it said " + reply);
    });
  }
}
