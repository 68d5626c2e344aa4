package dev.forebay.marketplace.limiting;

import dev.forebay.limits.Limit;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Service;

/** Lets limits allow more or less while the market runs: all instances at once, and those that start later. */
@Service
public class LimitChanges {

  private final RateLimits limits;
  private final LimitSettings settings;

  LimitChanges(RateLimits limits, Environment environment) {
    this.limits = limits;
    this.settings = LimitSettings.read(environment);
  }

  /**
   * Changes how much a limit allows in its window, which stays. One round trip.
   *
   * @return what it allows now
   * @throws IllegalArgumentException if so many permits cannot be counted
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  public Limit change(MarketLimit limit, long permits) {
    Limit changed = Limit.of(permits, limit.limit().window());
    if (changed.equals(settings.limit(limit))) {
      limits.revert(limit.limiter());
    } else {
      limits.change(limit.limiter(), changed);
    }
    return changed;
  }

  /**
   * Lets a limit allow what it does by the settings of this market. One round trip.
   *
   * @return what it allows now
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  public Limit revert(MarketLimit limit) {
    limits.revert(limit.limiter());
    return settings.limit(limit);
  }

  /** Returns the names of the limiters that allow something else than the settings of this market say. */
  Set<String> changed() {
    return Arrays.stream(MarketLimit.values())
        .filter(limit -> limits
            .find(limit.limiter())
            .map(RateLimiter::limit)
            .filter(now -> !now.equals(settings.limit(limit)))
            .isPresent())
        .map(MarketLimit::limiter)
        .collect(Collectors.toSet());
  }
}
