package dev.forebay.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one limiter goes by at a time.
 *
 * @param requested how it was asked to be counted
 * @param requestedBurst of GCRA: permits that may go at once; 0 for all
 * @param penalty for those who are denied again and again, if any
 * @param shadow whether nobody is denied
 * @param leasing how permits are taken in advance, if they are
 */
record Rule(
    Limit limit,
    Algorithm requested,
    long requestedBurst,
    @Nullable Penalty penalty,
    WhenUnavailable whenUnavailable,
    boolean shadow,
    @Nullable Leasing leasing) {

  private static final Duration LONGEST_LEASE = Duration.ofMinutes(1);

  /**
   * Checks that the algorithm can count the limit.
   *
   * @throws IllegalArgumentException if it cannot
   */
  Rule requireSound(String limiter) {
    if (algorithm() == Algorithm.EXACT_LOG && limit.permits() > Algorithm.LARGEST_LOG) {
      throw new IllegalArgumentException(
          "Limiter '%s' cannot keep an exact log of %d permits, only of up to %d. Leave the algorithm to AUTO."
              .formatted(limiter, limit.permits(), Algorithm.LARGEST_LOG));
    }
    if (requestedBurst > 0 && algorithm() != Algorithm.GCRA) {
      throw new IllegalArgumentException(
          "Limiter '%s' is paced, which only GCRA can do, but is to be counted by %s. Leave out paced(...) or algorithm(...)."
              .formatted(limiter, requested));
    }
    if (requestedBurst < 0 || requestedBurst > limit.permits()) {
      throw new IllegalArgumentException(
          "Limiter '%s' lets 1 to %d permits go at once, as many as its limit has; %d were asked for."
              .formatted(limiter, limit.permits(), requestedBurst));
    }
    if (leasing != null) {
      requireLeasable(limiter, leasing);
    }
    return this;
  }

  private void requireLeasable(String limiter, Leasing leased) {
    boolean exact = algorithm() == Algorithm.EXACT_LOG || algorithm() == Algorithm.SUB_WINDOWS;
    if (!exact || penalty != null || shadow) {
      throw new IllegalArgumentException(
          "Limiter '%s' leases permits, which goes neither with penalties, nor with shadow, nor with %s. Leave one of them out."
              .formatted(limiter, algorithm()));
    }
    if (leased.permits() < 1 || leased.permits() > limit.permits()) {
      throw new IllegalArgumentException("Limiter '%s' leases 1 to %d permits at once, not %d."
          .formatted(limiter, limit.permits(), leased.permits()));
    }
    Duration longest = limit.window().compareTo(LONGEST_LEASE) < 0 ? limit.window() : LONGEST_LEASE;
    if (leased.time().toNanosPart() % 1_000_000 != 0
        || leased.time().compareTo(Duration.ofMillis(1)) < 0
        || leased.time().compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "Limiter '%s' leases permits for 1 ms to %s, in whole ms, not for %s."
              .formatted(limiter, longest, leased.time()));
    }
  }

  /** Returns for how many ms a permit counts: those on lease for as long as they may wait, too. */
  long countedMillis() {
    return limit.windowMillis() + (leasing == null ? 0 : leasing.time().toMillis());
  }

  /** Returns the same for another limit. */
  Rule with(Limit other) {
    return new Rule(other, requested, requestedBurst, penalty, whenUnavailable, shadow, leasing);
  }

  /** Returns how it is counted; never AUTO. */
  Algorithm algorithm() {
    return requested.of(limit);
  }

  /** Returns the most that one request can ever take. */
  long largestCost() {
    return algorithm() == Algorithm.GCRA && requestedBurst > 0 ? requestedBurst : limit.permits();
  }

  /** Returns how the script knows it: in ASCII digits, whatever locale the JVM has. */
  String text() {
    String text =
        algorithm().letter() + " " + limit.permits() + " " + countedMillis() + " " + largestCost();
    return penalty == null
        ? text
        : text + " " + penalty.first().toMillis() + " " + penalty.longest().toMillis() + " "
            + penalty.step() + " " + penalty.forgetAfter().toMillis();
  }
}
