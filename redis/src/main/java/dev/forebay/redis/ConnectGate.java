package dev.forebay.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets calls pass by which Lettuce may connect to a node, until it is closed. Closing waits for those
 * that are passing, or they would go on with event loops that have ended. Safe for concurrent use.
 */
final class ConnectGate {

  private static final long PATIENCE_MILLIS = 250;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean closed;

  boolean isClosed() {
    return closed;
  }

  /** Returns whether a call may pass; if so, {@link #leave} must be called after it, on this thread. */
  boolean enter() {
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      return false;
    }
    return true;
  }

  void leave() {
    lock.readLock().unlock();
  }

  /** Lets no call pass from now on. Blocks until all have left, 250 ms at most. */
  void close() {
    closed = true;
    try {
      if (lock.writeLock().tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        lock.writeLock().unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
