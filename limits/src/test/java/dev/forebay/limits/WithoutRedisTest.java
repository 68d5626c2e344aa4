package dev.forebay.limits;

import static dev.forebay.limits.WhenUnavailable.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL5")
class WithoutRedisTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String ALICE = "user:alice";

  @Test
  void all_or_none_is_taken_although_somebody_else_takes_the_last_permit_meanwhile(
      RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      Charge wide = instance.limits.limiter("wide").limit(5, HOUR).build().charge(ALICE);
      Charge narrow = instance.limits.limiter("narrow").limit(1, HOUR).build().charge(ALICE);
      LimitOversight oversight = instance.limits.oversight();
      AtomicInteger asked = new AtomicInteger();
      WithoutRedis without =
          new WithoutRedis(oversight.local(), oversight.penalties(), oversight.strikes(), () -> {
            // It is asked for each look, then for each permit to take: before the last of these.
            if (asked.incrementAndGet() == 4) {
              assertThat(oversight.local().decide(narrow, 1, true).isAllowed()).isTrue();
            }
            return 1;
          });

      List<Decision> decisions =
          without.take(List.of(wide, narrow), new ForebayException("Redis is away", null) {});

      assertThat(decisions).extracting(Decision::isAllowed).containsExactly(true, false);
      assertThat(decisions.get(0).remaining()).isEqualTo(5);
      assertThat(without.look(wide).remaining()).isEqualTo(5);
    }
  }

  @Test
  void where_redis_is_switched_off_nothing_is_kept_to_be_told_to_it() {
    try (LimitsFixture instance =
        LimitsFixture.on(RedisSettings.builder().enabled(false).build())) {
      RateLimiter login = instance.limits.tier(LimitTier.LOGIN);
      ConcurrencyLimiter exports =
          instance.limits.concurrency("exports").permits(1).build();
      for (int i = 0; i < 10; i++) {
        login.check(ALICE);
        var unused = exports.tryAcquire(ALICE);
      }

      assertThat(login.check(ALICE))
          .isInstanceOfSatisfying(
              Denied.class, denied -> assertThat(denied.reason()).isEqualTo(Reason.PENALTY));
      assertThat(instance.limits.oversight().strikes().size()).isZero();
      assertThat(instance.limits.oversight().lateReleases().size()).isZero();
      assertThat(instance.limits.usage().lostStrikes()).isZero();
    }
  }

  @Test
  void where_redis_is_switched_off_what_is_closed_without_it_counts_here() {
    try (LimitsFixture instance =
        LimitsFixture.on(RedisSettings.builder().enabled(false).build())) {
      RateLimits limits = instance.limits;
      RateLimiter invoices =
          limits.limiter("invoices").limit(2, HOUR).whenUnavailable(CLOSED).build();
      RateLimiter payment =
          limits.limiter(LimitTier.PAYMENT).whenUnavailable(CLOSED).build();
      ConcurrencyLimiter exports =
          limits.concurrency("exports").permits(2).whenUnavailable(CLOSED).build();

      assertThat(invoices.check(ALICE, 2).isAllowed()).isTrue();
      assertThat(invoices.check(ALICE))
          .isInstanceOfSatisfying(
              Denied.class, denied -> assertThat(denied.reason()).isEqualTo(Reason.LIMIT));
      assertThat(payment.check(ALICE, 5).isAllowed()).isTrue();
      assertThat(exports.tryAcquire(ALICE)).isPresent();
      assertThat(exports.tryAcquire(ALICE)).isPresent();
      assertThat(exports.tryAcquire(ALICE)).isEmpty();
    }
  }

  @Test
  void where_redis_is_switched_off_a_reset_gives_all_back_here() {
    try (LimitsFixture instance =
        LimitsFixture.on(RedisSettings.builder().enabled(false).build())) {
      RateLimiter login = instance.limits.tier(LimitTier.LOGIN);
      for (int i = 0; i < 10; i++) {
        login.check(ALICE);
      }

      login.reset(ALICE);

      assertThat(login.peek(ALICE).remaining()).isEqualTo(5);
      assertThat(login.check(ALICE, 5).isAllowed()).isTrue();
    }
  }

  @Test
  void where_redis_is_switched_off_a_refund_gives_back_here_and_never_more_than_was_taken() {
    try (LimitsFixture instance =
        LimitsFixture.on(RedisSettings.builder().enabled(false).build())) {
      RateLimiter limiter = instance.limits.limiter("forms").limit(5, HOUR).build();
      limiter.check(ALICE, 5);

      limiter.refund(ALICE, 2);
      assertThat(limiter.check(ALICE, 2).isAllowed()).isTrue();
      assertThat(limiter.check(ALICE).isAllowed()).isFalse();

      limiter.refund(ALICE, Long.MAX_VALUE);
      assertThat(limiter.check(ALICE, 5).isAllowed()).isTrue();
      assertThat(limiter.check(ALICE).isAllowed()).isFalse();
    }
  }

  @Test
  void a_cost_above_the_limit_is_denied_for_ever_whatever_a_limit_answers_without_redis() {
    try (LimitsFixture instance = LimitsFixture.stepped("redis://127.0.0.1:1")) { // nobody there
      for (WhenUnavailable answer : WhenUnavailable.values()) {
        RateLimiter limiter = instance
            .limits
            .limiter(answer.name())
            .limit(5, HOUR)
            .whenUnavailable(answer)
            .build();

        Decision decision = limiter.check(ALICE, 6);

        assertThat(decision).isInstanceOfSatisfying(Denied.class, denied -> {
          assertThat(denied.reason()).isEqualTo(Reason.COST_ABOVE_LIMIT);
          assertThat(denied.canSucceedLater()).isFalse();
          assertThat(denied.source()).isEqualTo(Source.FALLBACK);
        });
        assertThat(limiter.check(ALICE, 5).isAllowed())
            .as("all that %s has", answer)
            .isEqualTo(answer != CLOSED);
      }
    }
  }
}
