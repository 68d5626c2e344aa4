package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
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

  /** Returns an instance that may run scripts, but neither publish nor subscribe. */
  static LimitsFixture deaf(EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "deaf", "on", ">pw", "~*", "resetchannels", "+@all");
    return LimitsFixture.on("redis://deaf:pw@127.0.0.1:" + server.port());
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
