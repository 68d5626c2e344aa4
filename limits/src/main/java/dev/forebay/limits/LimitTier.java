package dev.forebay.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits that most applications need, with sensible figures; {@link RateLimits#tier} makes them,
 * {@link RateLimits#limiter(LimitTier)} makes them differently. What a subject should be is said at
 * each.
 */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers and durations
public enum LimitTier {
  /** Calls of an API by who is signed in: 100 in a minute. The subject is the user. */
  API_USER("api-user", 100, Duration.ofMinutes(1), null, WhenUnavailable.LOCAL),
  /** Calls of an API where nobody is signed in: 100 in a minute. The subject is the address. */
  API_ADDRESS("api-address", 100, Duration.ofMinutes(1), null, WhenUnavailable.LOCAL),
  /**
   * Attempts to sign in: 5 in 5 minutes; who goes on waits longer each time, up to a day. Closed
   * without Redis. The subject is the address.
   */
  LOGIN(
      "login",
      5,
      Duration.ofMinutes(5),
      new Penalty(Duration.ofMinutes(5), Duration.ofDays(1), 5, Duration.ofHours(1)),
      WhenUnavailable.CLOSED),
  /** New accounts: 3 in an hour. The subject is the address. */
  REGISTRATION("registration", 3, Duration.ofHours(1), null, WhenUnavailable.LOCAL),
  /**
   * Requests to reset a password: 3 in an hour. Closed without Redis. The subject is the user whose
   * password it is.
   */
  PASSWORD_RESET("password-reset", 3, Duration.ofHours(1), null, WhenUnavailable.CLOSED),
  /** Everything else about signing in, tokens say: 10 in a minute. The subject is the address. */
  AUTH("auth", 10, Duration.ofMinutes(1), null, WhenUnavailable.LOCAL),
  /** Payments: 5 in a minute. Closed without Redis. The subject is the user. */
  PAYMENT("payment", 5, Duration.ofMinutes(1), null, WhenUnavailable.CLOSED),
  /** Searches, which cost more than other calls: 30 in a minute. The subject is user or address. */
  SEARCH("search", 30, Duration.ofMinutes(1), null, WhenUnavailable.LOCAL);

  private final String title;
  private final Limit limit;
  private final @Nullable Penalty penalty;
  private final WhenUnavailable whenUnavailable;

  LimitTier(
      String title,
      long permits,
      Duration window,
      @Nullable Penalty penalty,
      WhenUnavailable whenUnavailable) {
    this.title = title;
    this.limit = new Limit(permits, window);
    this.penalty = penalty;
    this.whenUnavailable = whenUnavailable;
  }

  /** Returns the name of its limiter: {@code api-user}, say. */
  public String title() {
    return title;
  }

  /** Returns its limit, unless it is changed at run time. */
  public Limit limit() {
    return limit;
  }

  /**
   * Returns what its limiter answers while Redis is away: {@link WhenUnavailable#CLOSED} for signing
   * in, resetting passwords and payments, else {@link WhenUnavailable#LOCAL}. {@link
   * RateLimits#limiter(LimitTier)} makes one that answers something else.
   */
  public WhenUnavailable whenUnavailable() {
    return whenUnavailable;
  }

  RateLimiterBuilder describe(RateLimiterBuilder builder) {
    builder.limit(limit).whenUnavailable(whenUnavailable);
    return penalty == null ? builder : builder.penalty(penalty);
  }
}
