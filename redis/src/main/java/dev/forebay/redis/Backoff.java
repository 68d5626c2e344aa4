package dev.forebay.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waiting times between attempts to connect: doubled after each failure up to a cap, the upper half
 * of each drawn at random, so that the instances of an application do not come back in step
 * ("equal jitter", M. Brooker, <i>Exponential Backoff and Jitter</i>, 2015).
 */
final class Backoff {

  private static final long FIRST_MILLIS = 50;
  private static final long CAP_MILLIS = 1_000;

  private int failures;

  /** Returns how long to wait after one more failure. */
  Duration next() {
    return next(Duration.ZERO);
  }

  /**
   * Returns how long to wait after one more failure of an attempt that took so long, as that counts:
   * it is from begin to begin that attempts are no more than the cap apart, if they take no longer.
   */
  Duration next(Duration taken) {
    long wait = drawn(Math.min(CAP_MILLIS, FIRST_MILLIS << Math.min(failures, 10)));
    failures++;
    return Duration.ofMillis(Math.max(drawn(FIRST_MILLIS), wait - taken.toMillis()));
  }

  private static long drawn(long ceiling) {
    long half = ceiling / 2;
    return half + ThreadLocalRandom.current().nextLong(half + 1);
  }

  /** Begins anew, after a success that lasted. */
  void reset() {
    failures = 0;
  }
}
