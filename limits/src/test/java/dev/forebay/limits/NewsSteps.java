package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.limits.Decision.Source;
import java.time.Duration;

/** What tests do with a limit that several instances know. */
final class NewsSteps {

  static final Limit ONE = new Limit(1, Duration.ofHours(1));
  static final Limit THREE = new Limit(3, Duration.ofHours(1));
  static final String ALICE = "user alice";

  private NewsSteps() {}

  /** Builds the limiter that instances share. */
  static RateLimiter api(LimitsFixture instance) {
    return instance.limits.limiter("api").limit(ONE).build();
  }

  static void awaitKnownDenial(RateLimiter limiter) {
    await().untilAsserted(() -> {
      assertThat(limiter.check(ALICE).isAllowed()).isFalse();
      assertThat(limiter.check(ALICE).source()).isEqualTo(Source.KNOWN);
    });
  }

  static void awaitAllowed(RateLimiter limiter) {
    await().untilAsserted(() -> assertThat(limiter.check(ALICE).isAllowed()).isTrue());
  }
}
