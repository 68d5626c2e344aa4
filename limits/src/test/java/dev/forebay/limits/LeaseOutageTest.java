package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL5")
class LeaseOutageTest {

  private static final String ALICE = "user:alice";

  private static RateLimiter limiter(LimitsFixture instance) {
    return instance
        .limits
        .limiter("events")
        .limit(300, Duration.ofHours(1))
        .leasing(100, Duration.ofMinutes(1))
        .build();
  }

  @Test
  void a_check_of_which_the_answer_is_lost_is_not_sent_again_for_a_single_permit(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture cut = LimitsFixture.on(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(1))
            .build());
        LimitsFixture other = LimitsFixture.on(server.uri())) {
      RateLimiter mine = limiter(cut);
      RateLimiter theirs = limiter(other);
      assertThat(mine.check("user:bob").source()).isEqualTo(Source.KNOWN); // it knows the script
      proxy.stall(Direction.TO_CLIENT);

      Decision decision = mine.check(ALICE);

      assertThat(decision.isAllowed()).isTrue();
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
      await().untilAsserted(() -> assertThat(theirs.peek(ALICE).remaining()).isEqualTo(200));
    }
  }
}
