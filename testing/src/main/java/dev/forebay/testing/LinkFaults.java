package dev.forebay.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is wrong with one direction of all connections together. Confined to the proxy's thread, but
 * for the count.
 */
final class LinkFaults {

  /** A wait that only an event ends. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int NO_CUT = -1;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  // A slow link passes a hundredth of a second's worth at once: even enough, and few wake-ups.
  private static final long SLICES_PER_SECOND = 100;

  private final AtomicLong delivered = new AtomicLong();
  private boolean stalled;
  private long delayNanos;
  private long bytesPerSecond;
  private long nextFreeNanos;
  private long cutAfter = NO_CUT;
  private long armed;

  void stall(boolean stalled) {
    this.stalled = stalled;
  }

  void delay(long nanos) {
    this.delayNanos = nanos;
  }

  void throttle(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    this.nextFreeNanos = System.nanoTime();
  }

  void cutAfter(long bytes) {
    this.cutAfter = bytes;
    this.armed++;
  }

  void heal() {
    stalled = false;
    delayNanos = 0;
    bytesPerSecond = 0;
    cutAfter = NO_CUT;
  }

  /** How long until bytes that arrived then may go on; 0 for now, or {@link #NEVER}. */
  long waitNanos(long arrivedNanos, long now) {
    if (stalled) {
      return NEVER;
    }
    long wait = Math.max(0, arrivedNanos + delayNanos - now);
    return bytesPerSecond == 0 ? wait : Math.max(wait, nextFreeNanos - now);
  }

  /** How many bytes may go at once. */
  long slice() {
    return bytesPerSecond == 0 ? NEVER : Math.max(1, bytesPerSecond / SLICES_PER_SECOND);
  }

  void passed(int bytes, long now) {
    delivered.addAndGet(bytes);
    if (bytesPerSecond > 0) {
      long from = nextFreeNanos - now > 0 ? nextFreeNanos : now;
      nextFreeNanos = from + bytes * SECOND / bytesPerSecond;
    }
  }

  boolean cutsOff() {
    return cutAfter != NO_CUT;
  }

  long cutAfter() {
    return cutAfter;
  }

  /** Changes with each call of {@link #cutAfter(long)}: a lane counts from there. */
  long armed() {
    return armed;
  }

  /** One connection was cut: the others go on. */
  void disarm() {
    cutAfter = NO_CUT;
  }

  long delivered() {
    return delivered.get();
  }
}
