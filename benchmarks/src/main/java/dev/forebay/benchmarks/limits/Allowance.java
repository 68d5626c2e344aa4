package dev.forebay.benchmarks.limits;

import java.time.Duration;

/** How many calls a key has in a period. */
record Allowance(long calls, Duration period) {

  /** More than any contestant can call, over a period that still matters to those who keep a log. */
  static final Allowance UNREACHABLE = new Allowance(10_000_000, Duration.ofSeconds(10));

  /** Used up by the first call. */
  static final Allowance SINGLE = new Allowance(1, Duration.ofHours(1));

  /** To count with. */
  static final Allowance TEN = new Allowance(10, Duration.ofHours(1));
}
