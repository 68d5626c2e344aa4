package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.SlotHandover.Master;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Moves the slots of the keys of a test from master to master, one after the other, for as long as
 * the test runs. A slot moves at once, as far as clients can tell: all its keys are at one master, or
 * all at the next, and none is ever out of reach. So whatever a test expects of a cluster it may
 * expect here, though its clients are sent after their keys again and again.
 */
final class SlotMover {

  /** A test that hangs is not to keep the machine busy. */
  private static final int MOST_MOVES = 3_000;

  private static final int MOVES_PER_LOOK = 8;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  // More than a move takes that fails in the end.
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(4);

  private final EmbeddedCluster cluster;
  private final ReentrantLock moving;
  private final String keyPrefix;
  private final Map<EmbeddedRedis, String> ids = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean ended;
  private volatile @Nullable RuntimeException failure;

  /**
   * @param cluster has no replicas
   * @param moving held while a slot of that cluster moves
   */
  SlotMover(EmbeddedCluster cluster, ReentrantLock moving, String keyPrefix) {
    this.cluster = cluster;
    this.moving = moving;
    this.keyPrefix = keyPrefix;
    this.thread = new Thread(this::run, "forebay-slot-mover-" + keyPrefix);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Ends it, and waits for the move that is under way, also if interrupted.
   *
   * @throws IllegalStateException if a move failed, or does not end
   */
  void end() {
    ended = true;
    LockSupport.unpark(thread);
    awaitEnd();
    RuntimeException failed = failure;
    if (failed != null) {
      throw new IllegalStateException(
          "The slots of " + keyPrefix + "* could not be moved during this test: "
              + failed.getMessage(),
          failed);
    }
    if (thread.isAlive()) {
      throw new IllegalStateException("A move of a slot of " + keyPrefix + "* does not end: "
          + List.of(thread.getStackTrace()));
    }
  }

  private void awaitEnd() {
    long begin = System.nanoTime();
    boolean interrupted = false;
    while (thread.isAlive() && System.nanoTime() - begin < PATIENCE_NANOS) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      int moves = 0;
      while (!ended && moves < MOST_MOVES) {
        List<String> keys = SlotHandover.patiently(this::keys);
        Collections.shuffle(keys);
        for (String key : keys.subList(0, Math.min(keys.size(), MOVES_PER_LOOK))) {
          if (!ended) {
            moveSlotOf(key);
            moves++;
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        }
        if (keys.isEmpty()) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Returns keys of the test, not all if there are many keys. */
  private List<String> keys() {
    List<String> found = new ArrayList<>();
    for (EmbeddedRedis node : cluster.nodes()) {
      Object page = node.execute("SCAN", "0", "MATCH", keyPrefix + "*", "COUNT", "5000");
      if (page instanceof List<?> parts && parts.get(1) instanceof List<?> keys) {
        keys.forEach(key -> found.add(String.valueOf(key)));
      }
    }
    return found;
  }

  private void moveSlotOf(String key) {
    int slot = EmbeddedCluster.slotOf(key);
    String mark = keyPrefix + "#moving:{" + hashTag(key) + "}";
    if (EmbeddedCluster.slotOf(mark) != slot) {
      return; // the key has braces where no tag can have them
    }
    moving.lock();
    try {
      List<EmbeddedRedis> nodes = cluster.nodes();
      EmbeddedRedis source = SlotHandover.patiently(() -> cluster.masterOf(slot));
      int step = 1 + Math.floorMod(key.hashCode(), nodes.size() - 1);
      EmbeddedRedis target = nodes.get((nodes.indexOf(source) + step) % nodes.size());
      if (SlotHandover.patiently(() -> canClaim(target))) {
        List<EmbeddedRedis> others =
            nodes.stream().filter(node -> node != source && node != target).toList();
        new SlotHandover(Integer.toString(slot), mark, asMaster(source), asMaster(target), others)
            .run();
        spreadEpochOf(target);
      }
    } finally {
      moving.unlock();
    }
  }

  private static String hashTag(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.substring(open + 1, close) : key;
  }

  private Master asMaster(EmbeddedRedis node) {
    return new Master(
        node,
        ids.computeIfAbsent(
            node,
            asked ->
                SlotHandover.patiently(() -> String.valueOf(asked.execute("CLUSTER", "MYID")))));
  }

  /**
   * Returns whether the epoch of a node will be higher than any other one when it gets a slot. If it
   * does not know yet how high those are, a word of the source that is still on its way, or what
   * others remember of the source, would take the slot from it again, with all keys.
   */
  private boolean canClaim(EmbeddedRedis target) {
    String known = infoOf(target);
    return cluster.nodes().stream()
        .filter(node -> node != target)
        .mapToLong(node -> epoch("my", infoOf(node)))
        .allMatch(epoch -> epoch <= epoch("current", known) && epoch != epoch("my", known));
  }

  /** A message of any kind tells the others the sender's epoch, which takes seconds otherwise. */
  private void spreadEpochOf(EmbeddedRedis node) {
    SlotHandover.patiently(() -> String.valueOf(node.execute("PUBLISH", keyPrefix + "#moved", "")));
  }

  private static String infoOf(EmbeddedRedis node) {
    return String.valueOf(node.execute("CLUSTER", "INFO"));
  }

  private static long epoch(String kind, String info) {
    Matcher epoch = Pattern.compile("cluster_" + kind + "_epoch:(\\d+)").matcher(info);
    if (!epoch.find()) {
      throw new IllegalStateException("CLUSTER INFO tells no " + kind + " epoch: " + info);
    }
    return Long.parseLong(epoch.group(1));
  }
}
