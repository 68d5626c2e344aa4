package dev.forebay.marketplace.limiting;

import dev.forebay.limits.RateLimits;
import dev.forebay.marketplace.accounts.EmailAddress;
import dev.forebay.redis.ForebayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Attempts to sign in. */
@Component
public class Attempts {

  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  private final RateLimits limits;

  Attempts(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Gives back all attempts to sign in to an account. To be called when its owner has proved to be that, as others may
   * have used them up. One round trip; changes nothing while Redis is away.
   */
  public void giveBack(EmailAddress account) {
    limits.find(MarketLimit.SIGN_IN_ACCOUNT.limiter()).ifPresent(limiter -> {
      try {
        limiter.reset(Subjects.of(account));
      } catch (ForebayException e) {
        log.info("Attempts to sign in stay used up for up to an hour: {}", e.getMessage());
      }
    });
  }
}
