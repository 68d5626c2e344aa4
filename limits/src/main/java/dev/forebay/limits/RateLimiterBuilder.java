package dev.forebay.limits;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes a {@link RateLimiter}. Only {@link #limit} has to be given. For one thread. */
public final class RateLimiterBuilder {

  private final RateLimits limits;
  private final String name;
  private @Nullable Limit limit;
  private Algorithm algorithm = Algorithm.AUTO;
  private long burst;
  private @Nullable Penalty penalty;
  private WhenUnavailable whenUnavailable = WhenUnavailable.LOCAL;
  private boolean shadow;
  private @Nullable Leasing leasing;

  RateLimiterBuilder(RateLimits limits, String name) {
    this.limits = limits;
    this.name = name;
  }

  /** Sets how many permits there are in any window; see {@link Limit} for the ranges. */
  public RateLimiterBuilder limit(long permits, Duration window) {
    return limit(new Limit(permits, window));
  }

  /** Sets how many permits there are in any window. */
  public RateLimiterBuilder limit(Limit newLimit) {
    this.limit = newLimit;
    return this;
  }

  /** Sets how it is counted; {@link Algorithm#AUTO} by default. */
  public RateLimiterBuilder algorithm(Algorithm newAlgorithm) {
    this.algorithm = Objects.requireNonNull(newAlgorithm, "algorithm");
    return this;
  }

  /**
   * Counts by {@link Algorithm#GCRA}: permits come back one by one, evenly. Goes with no other {@link
   * #algorithm}.
   *
   * @param permits that may go at once after a rest, 1 up to those of the limit
   */
  public RateLimiterBuilder paced(long permits) {
    if (permits < 1) {
      throw new IllegalArgumentException(
          "Limiter '%s' lets 1 permit or more go at once, not %d.".formatted(name, permits));
    }
    this.algorithm = Algorithm.GCRA;
    this.burst = permits;
    return this;
  }

  /** Sets how those have to wait who are denied again and again; nobody by default. */
  public RateLimiterBuilder penalty(Penalty newPenalty) {
    this.penalty = Objects.requireNonNull(newPenalty, "penalty");
    return this;
  }

  /** Sets what it answers without Redis; {@link WhenUnavailable#LOCAL} by default. */
  public RateLimiterBuilder whenUnavailable(WhenUnavailable answer) {
    this.whenUnavailable = Objects.requireNonNull(answer, "whenUnavailable");
    return this;
  }

  /** Denies nobody, but counts, and tells in each answer what would have been denied. */
  public RateLimiterBuilder shadow() {
    this.shadow = true;
    return this;
  }

  /**
   * Takes permits of a subject by many at once, and hands them out in this instance without a round
   * trip. Admits no more in any window than the same limiter without leases; may admit less, as what is
   * not used of a lease, up to {@code permits}, counts all the same, and permits come back by {@code
   * time} later. Where fewer than so many
   * are left, a check takes two round trips. Goes with {@link Algorithm#AUTO}, without penalties and
   * shadow.
   *
   * @param permits at once, 1 up to those of the limit
   * @param time for which they are handed out, 1 ms to a minute or the window, if that is shorter
   */
  public RateLimiterBuilder leasing(long permits, Duration time) {
    this.leasing = new Leasing(permits, time);
    return this;
  }

  /**
   * Returns the limiter.
   *
   * @throws IllegalStateException if no limit was given, or there is a limiter of this name
   * @throws IllegalArgumentException if the algorithm cannot count such a limit, or two settings do not
   *     go together
   */
  public RateLimiter build() {
    if (limit == null) {
      throw new IllegalStateException(
          "Limiter '" + name + "' has no limit. Call limit(permits, window).");
    }
    WhenUnavailable answer = limits.oversight().answering(whenUnavailable);
    Rule rule = new Rule(limit, algorithm, burst, penalty, answer, shadow, leasing);
    return limits.add(name, rule.requireSound(name));
  }
}
