package dev.forebay.limits;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What limiters decided: in one instance since it started, or in all of them, as they were when each
 * flushed last, about a second ago. Sums of all instances begin anew after a week without any.
 *
 * @param limiters by name; unmodifiable
 * @param deniedByEndpoint how many requests were denied at each endpoint that was named in a check;
 *     those beyond 200 names are counted as {@code other}; unmodifiable
 * @param offenders who was denied most of late, the first one first; {@value #OFFENDERS} at most
 * @param lostStrikes how many attempts that this instance denied by itself Redis was never told of, so
 *     that they led to no {@link Penalty}
 */
public record LimitUsage(
    Map<String, OfLimiter> limiters,
    Map<String, Long> deniedByEndpoint,
    List<Offender> offenders,
    long lostStrikes) {

  /** How many offenders are told. */
  public static final int OFFENDERS = 20;

  /** Keeps copies. */
  public LimitUsage {
    limiters = Map.copyOf(limiters);
    deniedByEndpoint = Map.copyOf(deniedByEndpoint);
    offenders = List.copyOf(offenders);
  }

  /**
   * Returns the figures of one limiter.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public OfLimiter limiter(String name) {
    OfLimiter limiter = limiters.get(name);
    if (limiter == null) {
      throw new IllegalArgumentException(
          "No limiter '%s'; there are %s".formatted(name, new TreeMap<>(limiters).keySet()));
    }
    return limiter;
  }

  /**
   * What one limiter decided.
   *
   * @param allowed decisions, those without Redis and in shadow included
   * @param denied decisions
   * @param deniedLocally of those denied, how many cost no round trip: the instance knew
   * @param withoutRedis of all, how many were decided without Redis
   * @param shadowed of those allowed, how many would have been denied but for shadow
   * @param subjects about how many different ones it was asked about, within 7 % mostly
   */
  public record OfLimiter(
      long allowed,
      long denied,
      long deniedLocally,
      long withoutRedis,
      long shadowed,
      long subjects) {

    /** Returns how many decisions there were. */
    public long decisions() {
      return allowed + denied;
    }

    /** Returns how many decisions there were for each subject, on average; 0 without any. */
    public double decisionsPerSubject() {
      return subjects == 0 ? 0 : (double) decisions() / subjects;
    }
  }

  /**
   * A subject that was denied often.
   *
   * @param subject its first 100 characters and a hash, if it has more than 128
   * @param denied how often, of late: in one instance in this minute and the one before, of all
   *     instances halved each hour; a lower bound
   */
  public record Offender(String limiter, String subject, long denied) {}
}
