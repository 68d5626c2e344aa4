package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a limit admits when the clock goes back: after a failover, or as it is set right. */
@RedisTest
@Tag("RL1")
class ClockSetBackTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final String ALICE = "user:alice";

  private final RedisNamespace namespace;

  ClockSetBackTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_window_whose_permits_were_taken_is_not_there_again(Algorithm algorithm) {
    try (LimitsFixture here = LimitsFixture.stepped(namespace)) {
      RateLimiter limiter =
          here.limits.limiter("api").limit(5, MINUTE).algorithm(algorithm).build();
      here.advance(MINUTE.minus(MOMENT));
      assertThat(limiter.check(ALICE, 5).isAllowed()).isTrue();
      here.advance(MOMENT);
      // Only a fixed window has begun anew, and all that was taken of it goes back.
      if (limiter.check(ALICE).isAllowed()) {
        limiter.refund(ALICE, 1);
      }

      here.advance(MOMENT.negated());

      int again = 0;
      while (ask(here, limiter).isAllowed()) {
        again++;
      }
      assertThat(again).isLessThanOrEqualTo(algorithm == Algorithm.FIXED_WINDOW ? 5 : 0);
      here.advance(MOMENT);
      assertThat(ask(here, limiter).isAllowed()).isFalse();
    }
  }

  /** As an instance asks that knows of no denial. */
  private static Decision ask(LimitsFixture here, RateLimiter limiter) {
    return here.redisLimits().take(List.of(limiter.charge(ALICE))).await().get(0);
  }

  @Test
  void a_fixed_window_is_known_for_as_long_as_one_more() {
    try (LimitsFixture here = LimitsFixture.on(namespace)) {
      RateLimiter limiter = here.limits
          .limiter("api")
          .limit(5, MINUTE)
          .algorithm(Algorithm.FIXED_WINDOW)
          .build();

      Decision taken = limiter.check(ALICE);

      String key = new LimitKeys(here.redis.settings().keyPrefix()).stateOf("api", ALICE);
      assertThat(taken.resetAfter()).isLessThanOrEqualTo(MINUTE);
      assertThat(here.redis.commands().ttl(key).await().orElseThrow())
          .isBetween(MINUTE, MINUTE.multipliedBy(2));
    }
  }
}
