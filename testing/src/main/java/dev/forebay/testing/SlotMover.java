package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final long PATIENCE_SECONDS = 60;

  /**
   * Run by the source, which serves nobody meanwhile. It sends all keys and a mark to the target, and
   * then the mark once more, which is refused until the first one is deleted there: by then the
   * target serves the slot.
   */
  private static final String GIVE_AWAY = """
      local mark, slot, port, target = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
      for round = 1, 2 do
        redis.call('SET', mark, '')
        local tries = 0
        local keys = redis.call('CLUSTER', 'GETKEYSINSLOT', slot, '100')
        while #keys > 0 do
          redis.pcall('MIGRATE', '127.0.0.1', port, '', '0', '5000', 'KEYS', unpack(keys))
          keys = redis.call('CLUSTER', 'GETKEYSINSLOT', slot, '100')
          tries = tries + 1
          if tries > 50000 then return redis.error_reply('ERR nobody takes slot ' .. slot) end
        end
      end
      redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', target)
      return 'GIVEN'
      """;

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
   * Ends it, and waits for the move that is under way.
   *
   * @throws IllegalStateException if a move failed, or does not end
   */
  void end() {
    ended = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null || thread.isAlive()) {
      throw new IllegalStateException(
          "The slots of " + keyPrefix + "* could not be moved during this test", failure);
    }
  }

  private void run() {
    try {
      int moves = 0;
      while (!ended && moves < MOST_MOVES) {
        List<String> keys = keys();
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
      EmbeddedRedis source = cluster.masterOf(slot);
      int step = 1 + Math.floorMod(key.hashCode(), nodes.size() - 1);
      EmbeddedRedis target = nodes.get((nodes.indexOf(source) + step) % nodes.size());
      move(Integer.toString(slot), mark, source, target);
    } finally {
      moving.unlock();
    }
  }

  private static String hashTag(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.substring(open + 1, close) : key;
  }

  private void move(String slot, String mark, EmbeddedRedis source, EmbeddedRedis target) {
    target.execute("CLUSTER", "SETSLOT", slot, "IMPORTING", idOf(source));
    FutureTask<@Nullable Object> giving = new FutureTask<>(() -> source.execute(
        "EVAL", GIVE_AWAY, "1", mark, slot, Integer.toString(target.port()), idOf(target)));
    Thread giver = new Thread(giving, thread.getName() + "-source");
    giver.setDaemon(true);
    giver.start();
    while (!giving.isDone() && !hasKeys(target, slot)) {
      Thread.onSpinWait();
    }
    if (!giving.isDone()) {
      target.execute("CLUSTER", "SETSLOT", slot, "NODE", idOf(target));
    }
    while (!giving.isDone()) {
      target.execute("UNLINK", mark); // until the source sees that it is gone
    }
    await(giving);
    target.execute("UNLINK", mark);
    for (EmbeddedRedis other : cluster.nodes()) {
      if (other != source && other != target) {
        other.execute("CLUSTER", "SETSLOT", slot, "NODE", idOf(target));
      }
    }
  }

  private static boolean hasKeys(EmbeddedRedis node, String slot) {
    return !Objects.equals(node.execute("CLUSTER", "COUNTKEYSINSLOT", slot), 0L);
  }

  private static void await(FutureTask<@Nullable Object> giving) {
    try {
      giving.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("A slot was not given away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a slot was given away", e);
    }
  }

  private String idOf(EmbeddedRedis node) {
    return ids.computeIfAbsent(node, asked -> String.valueOf(asked.execute("CLUSTER", "MYID")));
  }
}
