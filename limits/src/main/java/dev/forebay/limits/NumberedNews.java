package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * News that Redis numbers, each larger than the one before, and up to which number this instance
 * knows all of them. Safe for concurrent use.
 */
abstract class NumberedNews {

  final ReentrantLock hearing = new ReentrantLock();
  final ReentrantLock following = new ReentrantLock();
  /** Up to which number all are known, -1 for none; guarded by hearing. */
  long seen = -1;
  /** Whether there may be some that were not heard. */
  volatile boolean behind = true;

  /**
   * Hears a message; never blocks for long.
   *
   * @return whether messages before it were lost, so that {@link #follow} should be called
   */
  abstract boolean hear(String message);

  /**
   * Reads what may not have been heard. No round trip if nothing may have been missed.
   *
   * @throws ForebayException if Redis fails; then it is to be called again
   */
  abstract void follow();

  /** Returns up to which number all are known; -1 for none. */
  final long seen() {
    hearing.lock();
    try {
      return seen;
    } finally {
      hearing.unlock();
    }
  }

  /**
   * Learns the number of the latest.
   *
   * @param seenBefore what was known before Redis was asked for it
   */
  final void compare(long number, long seenBefore) {
    hearing.lock();
    try {
      if (number > seen || (number < seen && seen == seenBefore)) {
        behind = true;
      }
    } finally {
      hearing.unlock();
    }
  }

  /** Returns whether there may be some that were not heard. */
  final boolean isBehind() {
    return behind;
  }
}
