package dev.forebay.redis;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens when commands on one connection keep timing out, so that callers no longer wait for a
 * server that hangs (M. Nygard, <i>Release It!</i>, 2007). It never lets a caller through to try:
 * the supervisor probes, and closes it. Safe for concurrent use.
 */
final class CircuitBreaker {

  static final int THRESHOLD = 5;

  private final AtomicInteger timeouts = new AtomicInteger();
  private volatile boolean open;

  boolean isOpen() {
    return open;
  }

  /** Notes an answer, of whatever kind: the server is there. */
  void answered() {
    // Read first: on the hot path a write would bounce the line between cores.
    if (timeouts.get() != 0) {
      timeouts.set(0);
    }
  }

  /** Notes a time-out; returns true for the one that opened the breaker. */
  boolean timedOut() {
    if (timeouts.incrementAndGet() != THRESHOLD) {
      return false;
    }
    open = true;
    return true;
  }

  void close() {
    timeouts.set(0);
    open = false;
  }
}
