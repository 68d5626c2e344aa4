package dev.forebay.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds threads back until a test opens it, for good. Threads that should be at a certain point
 * before the test goes on, a loader that has begun say, wait at one gate and open another. Safe for
 * concurrent use.
 */
public final class Gate {

  private static final int PATIENCE_SECONDS = 50;

  private final CountDownLatch opened = new CountDownLatch(1);

  /** A gate that is closed. */
  public Gate() {}

  /** Lets everyone through, now and later. */
  public void open() {
    opened.countDown();
  }

  /**
   * Waits until the gate is open, 50 s at most.
   *
   * @throws IllegalStateException if it is not opened in time, or the thread is interrupted
   */
  public void awaitOpen() {
    try {
      if (!opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "The gate was not opened within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting at a gate", e);
    }
  }
}
