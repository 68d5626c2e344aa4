package dev.forebay.benchmarks.jobs;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Holds workers while it is not their turn. Closed to begin with. */
final class Gate {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int held;
  private volatile boolean open;
  private volatile long openedAt;

  void open() {
    if (open) {
      return;
    }
    lock.lock();
    try {
      if (!open) {
        openedAt = System.nanoTime();
        open = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    open = false;
  }

  /** Returns when it was last opened, by {@link System#nanoTime}. */
  long openedAt() {
    return openedAt;
  }

  /** Waits until it is open. */
  void pass() {
    if (open) {
      return;
    }
    lock.lock();
    try {
      held++;
      changed.signalAll();
      while (!open) {
        changed.awaitUninterruptibly();
      }
      held--;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many are held, and returns whether they came in time. */
  boolean awaitHeld(int workers, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (held < workers && left > 0) {
        left = changed.awaitNanos(left);
      }
      return held >= workers;
    } finally {
      lock.unlock();
    }
  }
}
