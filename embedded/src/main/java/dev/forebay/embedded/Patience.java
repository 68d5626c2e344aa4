package dev.forebay.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a state of other processes, which only looking again and again can show. */
final class Patience {

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Patience() {}

  /** One look at the state. A server that does not answer is an obstacle, too. */
  @FunctionalInterface
  interface Look {
    /** What is in the way, in words; empty when the goal is reached. */
    Optional<String> obstacle() throws IOException;
  }

  /**
   * Returns when nothing is in the way any more.
   *
   * @throws EmbeddedServerException if something still is after that time, or the thread is
   *     interrupted
   */
  static void until(String goal, Duration atMost, Look look) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<String> obstacle = lookOnce(look);
      if (obstacle.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new EmbeddedServerException("Not within " + atMost.toMillis() + " ms: " + goal
            + ". What is in the way: " + obstacle.get()
            + ". Give a slow machine more with startWithin(...).");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new EmbeddedServerException("Interrupted while waiting: " + goal);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static Optional<String> lookOnce(Look look) {
    try {
      return look.obstacle();
    } catch (IOException | EmbeddedServerException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
