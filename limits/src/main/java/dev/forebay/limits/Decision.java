package dev.forebay.limits;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a limit says to a request. Times are whole milliseconds, counted from the answer. */
public sealed interface Decision {

  /** Returns the name of the limiter. */
  String limiter();

  /** Returns the limit that was applied. */
  Limit limit();

  /** Returns how many permits are left, 0 or more. */
  long remaining();

  /** Returns after which time all permits are there again if nobody takes any; zero if they are. */
  Duration resetAfter();

  /** Returns how it came about. */
  Source source();

  /** Returns whether the request may go on. */
  boolean isAllowed();

  /**
   * The request may go on; its permits are taken, unless it was only a look.
   *
   * @param source how it was decided
   * @param shadowed what the limit would have said if it were not in shadow, else null
   */
  record Allowed(
      String limiter,
      Limit limit,
      long remaining,
      Duration resetAfter,
      Source source,
      @Nullable Denied shadowed)
      implements Decision {

    @Override
    public boolean isAllowed() {
      return true;
    }

    /** Returns what a limit in shadow would have denied. */
    public Optional<Denied> wouldBeDenied() {
      return Optional.ofNullable(shadowed);
    }
  }

  /**
   * The request may not go on; no permits were taken.
   *
   * @param retryAfter when the same call can first succeed, if nobody else takes permits; {@link
   *     #NEVER} if it cannot
   * @param source how it was decided
   */
  record Denied(
      String limiter,
      Limit limit,
      long remaining,
      Duration resetAfter,
      Duration retryAfter,
      Reason reason,
      Source source)
      implements Decision {

    /** Longer than any wait. */
    public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Override
    public boolean isAllowed() {
      return false;
    }

    /** Returns whether waiting helps. */
    public boolean canSucceedLater() {
      return !retryAfter.equals(NEVER);
    }
  }

  /** Why a request was denied. */
  enum Reason {
    /** The permits are used up. */
    LIMIT,
    /** It costs more than there ever is, see {@link RateLimiter#largestCost}. */
    COST_ABOVE_LIMIT,
    /** The subject was denied too often and has to wait longer. */
    PENALTY,
    /** The subject is on the block list. */
    BLOCKED,
    /** Redis cannot be asked, and the limit is closed without it. */
    UNAVAILABLE
  }

  /** How a decision came about. */
  enum Source {
    /** Redis counted. */
    REDIS,
    /** This instance knew: a denial that still holds, a list, or permits that it has on lease. */
    KNOWN,
    /** This instance counted by itself, or did not count, as Redis is away. */
    FALLBACK
  }
}
