package dev.forebay.servlet;

import dev.forebay.limits.Charge;
import dev.forebay.limits.LimitTier;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Optional;

/** A {@link RequestLimit} with its limiters, found by their names. */
record RouteLimit(RequestLimit limit, RateLimiter limiter, RateLimiter addressLimiter) {

  /**
   * @throws IllegalArgumentException if there is no limiter of a name, or it never has as many permits
   *     at once as a request costs
   */
  static RouteLimit of(RequestLimit limit, RateLimits limits) {
    return new RouteLimit(
        limit,
        find(limit.limiter(), limit.cost(), limits),
        find(limit.addressLimiter(), limit.cost(), limits));
  }

  /** What a request costs at this limit. */
  Charge charge(HttpServletRequest request, String address) {
    Optional<String> subject = limit.subjectOf(request);
    return subject.isPresent()
        ? limiter.charge(subject.get(), limit.cost())
        : addressLimiter.charge(address, limit.cost());
  }

  private static RateLimiter find(String name, long cost, RateLimits limits) {
    RateLimiter limiter = limits
        .find(name)
        .or(() -> Arrays.stream(LimitTier.values())
            .filter(tier -> tier.title().equals(name))
            .findFirst()
            .map(limits::tier))
        .orElseThrow(() -> new IllegalArgumentException("There is no limiter '" + name
            + "'. Build it by limits.limiter(\"" + name + "\") before the filter, or name a tier: "
            + Arrays.stream(LimitTier.values()).map(LimitTier::title).toList() + "."));
    if (cost > limiter.largestCost()) {
      throw new IllegalArgumentException("A request that costs " + cost + " permits of '" + name
          + "' would always be denied: the limit is " + limiter.limit() + ", of which "
          + limiter.largestCost() + " may go at once. Lower the cost or raise the limit.");
    }
    return limiter;
  }
}
