package dev.forebay.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens when commands on one connection keep timing out, so that callers no longer wait for a
 * server that hangs (M. Nygard, <i>Release It!</i>, 2007). It never lets a caller through to try:
 * the supervisor probes, and closes it. Safe for concurrent use.
 */
final class CircuitBreaker {

  static final int THRESHOLD = 5;

  private final AtomicInteger timeouts = new AtomicInteger();
  private final AtomicBoolean open = new AtomicBoolean();

  boolean isOpen() {
    return open.get();
  }

  /** Notes an answer, of whatever kind: the server is there. */
  void answered() {
    // Read first: on the hot path a write would bounce the line between cores.
    if (timeouts.get() != 0) {
      timeouts.set(0);
    }
  }

  /** Notes a time-out; returns true for the one that opened the breaker, once until it is closed. */
  boolean timedOut() {
    // Answers may still come while it is open, and time-outs after them: these open nothing.
    return !open.get()
        && timeouts.incrementAndGet() == THRESHOLD
        && open.compareAndSet(false, true);
  }

  void close() {
    timeouts.set(0);
    open.set(false);
  }
}
