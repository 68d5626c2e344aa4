package dev.forebay.limits;

import java.util.Objects;

/**
 * What a request costs at one limiter.
 *
 * @param subject who is charged: an address, a user; 1 character or more, of any kind
 * @param cost permits, 1 or more
 */
public record Charge(RateLimiter limiter, String subject, long cost) {

  /**
   * @throws IllegalArgumentException if the subject is empty or the cost below 1
   */
  public Charge {
    Objects.requireNonNull(limiter, "limiter");
    if (subject.isEmpty()) {
      throw new IllegalArgumentException("Limiter '" + limiter.name()
          + "' was asked about an empty subject, which would be everybody's. Name who is charged.");
    }
    if (cost < 1) {
      throw new IllegalArgumentException("Limiter '" + limiter.name() + "' was asked for " + cost
          + " permits. A request costs 1 or more.");
    }
  }
}
