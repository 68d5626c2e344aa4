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
    long ceiling = Math.min(CAP_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    failures++;
    long half = ceiling / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  /** Begins anew, after a success that lasted. */
  void reset() {
    failures = 0;
  }
}
