package dev.forebay.benchmarks.jobs;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Knows when each job began, and that none ends twice. Up to {@value #JOBS} jobs are open. */
final class Ledger {

  private static final int JOBS = 1 << 16;

  private final AtomicLongArray begun = new AtomicLongArray(JOBS);
  private final AtomicLong last = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong endedTwice = new AtomicLong();

  /** Returns the number of a new job, whose time begins now. */
  long begin() {
    long number = last.incrementAndGet();
    begun.set(slot(number), System.nanoTime() | 1);
    return number;
  }

  /**
   * Ends a job, and returns how long that took.
   *
   * @param notBefore jobs that began before count from then
   */
  long end(long number, long notBefore) {
    long now = System.nanoTime();
    long began = begun.getAndSet(slot(number), 0);
    if (began == 0) {
      endedTwice.incrementAndGet();
      return 1;
    }
    ended.incrementAndGet();
    return now - Math.max(began, notBefore);
  }

  long begun() {
    return last.get();
  }

  long ended() {
    return ended.get();
  }

  /** Throws if a job ended twice. */
  void check() {
    if (endedTwice.get() > 0) {
      throw new IllegalStateException(endedTwice + " jobs were run twice");
    }
  }

  private static int slot(long number) {
    return (int) (number & (JOBS - 1));
  }
}
