package dev.forebay.cache;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The callers of this instance that wait for the lease of another one to end. Redis tells the
 * instance by a message; as messages may be lost, or not be allowed, nobody relies on one. Safe for
 * concurrent use.
 */
final class Wakeups {

  /** How long to wait for a message before asking again, on average. */
  static final Duration POLL = Duration.ofMillis(50);

  private final String channels;
  private final Duration poll;
  private final String instance = UUID.randomUUID().toString();
  private final Map<String, Wakeup> waiting = new ConcurrentHashMap<>();

  /**
   * @param channels what the channels of all instances begin with
   * @param poll how long to wait for a message before asking again, on average: {@link #POLL}
   */
  Wakeups(String channels, Duration poll) {
    this.channels = channels;
    this.poll = poll;
  }

  String channels() {
    return channels;
  }

  /** Returns the name of this instance, by which it is told. */
  String instance() {
    return instance;
  }

  /** Wakes whoever waits for an entry. Never blocks. */
  void wake(String entry) {
    Wakeup wakeup = waiting.remove(entry);
    if (wakeup != null) {
      wakeup.latch.countDown();
    }
  }

  /**
   * Returns what to wait for. Ask before asking Redis for the lease, so that no message is missed.
   */
  Wakeup before(String entry) {
    return waiting.computeIfAbsent(entry, name -> new Wakeup());
  }

  /** Gives up waiting. */
  void forget(String entry, Wakeup wakeup) {
    waiting.remove(entry, wakeup);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** One end of a lease, still to come. */
  final class Wakeup {

    private final CountDownLatch latch = new CountDownLatch(1);

    /**
     * Waits until it has come, or a moment, as messages may be lost. Not interruptible, as a load is
     * not.
     *
     * @param atMostNanos how long a moment is at most
     */
    void awaitOrPoll(long atMostNanos) {
      boolean interrupted = false;
      long moment =
          ThreadLocalRandom.current().nextLong(poll.toNanos() / 2, poll.toNanos() * 3 / 2);
      long atMost = Math.min(moment, atMostNanos);
      long end = System.nanoTime() + atMost;
      try {
        for (long left = atMost; left > 0; left = end - System.nanoTime()) {
          try {
            if (latch.await(left, TimeUnit.NANOSECONDS)) {
              return;
            }
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
