package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a limit remembers when it is changed; {@link LimitOracleTest} tries what it answers then. */
@RedisTest
@Tag("RL2")
class LimitChangeTest {

  private static final String ALICE = "user:alice";
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Penalty PENALTY = new Penalty(Duration.ofSeconds(1), MINUTE, 5, MINUTE);

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "SUB_WINDOWS", "GCRA"})
  void what_was_taken_is_kept_for_a_longer_window_though_nobody_is_allowed_in_it(
      Algorithm algorithm, RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.on(namespace)) {
      RateLimiter limiter =
          instance.limits.limiter("api").algorithm(algorithm).limit(5, MINUTE).build();
      limiter.check(ALICE, 5);
      instance.limits.change("api", new Limit(5, HOUR));

      Denied denied = (Denied) limiter.check(ALICE, 5);

      assertThat(lifeOf(instance, namespace))
          .isGreaterThanOrEqualTo(denied.retryAfter().minus(MINUTE))
          .isGreaterThan(HOUR.dividedBy(2));
    }
  }

  private static RateLimiter limiter(LimitsFixture instance, long permits, Duration window) {
    return instance.limits.limiter("api").limit(permits, window).build();
  }

  private static Duration lifeOf(LimitsFixture instance, RedisNamespace namespace) {
    String key = new LimitKeys(namespace.keyPrefix()).stateOf("api", ALICE);
    return instance.redis.commands().ttl(key).await().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 200})
  void who_is_struck_under_a_shorter_limit_is_forgotten_no_earlier_under_the_longer_one(
      long permits, RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      RateLimiter longer =
          here.limits.limiter("api").limit(permits, HOUR).penalty(PENALTY).build();
      RateLimiter shorter =
          there.limits.limiter("api").limit(100, MINUTE).penalty(PENALTY).build();
      assertThat(longer.check(ALICE, permits).isAllowed()).isTrue();

      assertThat(shorter.check(ALICE).isAllowed()).isFalse();
      assertThat(lifeOf(here, namespace)).isGreaterThan(HOUR.dividedBy(2));
      there.limits.oversight().strikes().add(shorter, ALICE);
      there.limits.oversight().flush();
      assertThat(lifeOf(here, namespace)).isGreaterThan(HOUR.dividedBy(2));

      assertThat(longer.peek(ALICE).remaining()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 200})
  void a_refund_under_a_shorter_limit_gives_back_no_more_than_that_under_the_longer_one(
      long permits, RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      RateLimiter longer = limiter(here, permits, HOUR);
      RateLimiter shorter = limiter(there, 100, MINUTE);
      assertThat(longer.check(ALICE, permits).isAllowed()).isTrue();

      shorter.refund(ALICE, 1);

      assertThat(longer.peek(ALICE).remaining()).isEqualTo(permits == 100 ? 1 : 0);
      assertThat(lifeOf(here, namespace)).isGreaterThan(HOUR.dividedBy(2));
    }
  }

  @Test
  void what_a_shorter_limit_counts_no_more_stays_where_it_is_when_permits_are_given_back(
      RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter longer = limiter(here, 100, HOUR);
      RateLimiter shorter = limiter(there, 100, MINUTE);
      longer.check(ALICE, 40);
      here.advance(MINUTE);
      longer.check(ALICE, 10);
      there.advance(MINUTE);

      shorter.refund(ALICE, 20);

      assertThat(shorter.peek(ALICE).remaining()).isEqualTo(100);
      assertThat(longer.peek(ALICE).remaining()).isEqualTo(60);
    }
  }

  @Test
  void an_instance_without_a_penalty_forgets_no_wait_that_others_imposed(RedisNamespace namespace) {
    Penalty wait = new Penalty(HOUR, Duration.ofDays(1), 1, HOUR);
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter punishing =
          here.limits.limiter("api").limit(3, MINUTE).penalty(wait).build();
      RateLimiter lenient = limiter(there, 3, MINUTE);
      punishing.check(ALICE, 3);
      assertThat(punishing.check(ALICE).isAllowed()).isFalse();
      here.advance(MINUTE);
      there.advance(MINUTE);

      assertThat(lenient.check(ALICE, 3).isAllowed()).isTrue();
      assertThat(reasonOf(punishing)).isEqualTo(Reason.PENALTY);
      assertThat(lenient.check(ALICE).isAllowed()).isFalse();
      assertThat(reasonOf(punishing)).isEqualTo(Reason.PENALTY);
      lenient.refund(ALICE, 3);
      assertThat(lenient.peek(ALICE).remaining()).isEqualTo(3);
      assertThat(reasonOf(punishing)).isEqualTo(Reason.PENALTY);

      lenient.reset(ALICE);
      assertThat(punishing.peek(ALICE).isAllowed()).isTrue();
    }
  }

  private static Reason reasonOf(RateLimiter limiter) {
    return ((Denied) limiter.peek(ALICE)).reason();
  }

  @ParameterizedTest
  @EnumSource(names = {"SLIDING_WINDOW", "SUB_WINDOWS", "GCRA"})
  void the_time_to_retry_holds_where_more_was_taken_than_the_limit_is_now(
      Algorithm algorithm, RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter limiter = instance
          .limits
          .limiter("api")
          .algorithm(Algorithm.SUB_WINDOWS)
          .limit(200, HOUR)
          .build();
      instance.advance(Duration.ofSeconds(1));
      limiter.check(ALICE, 50);
      instance.advance(MINUTE.dividedBy(2));
      limiter.check(ALICE, 4);
      Rule before = limiter.rule();
      limiter.follow(new Rule(
          new Limit(10, MINUTE),
          algorithm,
          0,
          null,
          before.whenUnavailable(),
          before.shadow(),
          before.leasing()));

      for (long cost : new long[] {1, 5, 10}) {
        Denied denied = (Denied) limiter.peek(ALICE, cost);
        instance.advance(denied.retryAfter().minusMillis(1));
        assertThat(limiter.peek(ALICE, cost).isAllowed())
            .as("%d, too early", cost)
            .isFalse();
        instance.advance(Duration.ofMillis(1));
        assertThat(limiter.peek(ALICE, cost).isAllowed()).as("%d, then", cost).isTrue();
        instance.advance(denied.retryAfter().negated());
      }
    }
  }

  @Test
  void who_has_used_up_a_burst_is_not_locked_out_when_the_rate_is_raised(RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = paced(here);
      RateLimiter theirs = paced(there);
      assertThat(mine.check(ALICE, 50).isAllowed()).isTrue();
      Rule twice = mine.rule().with(new Limit(200, HOUR));
      mine.follow(twice);
      theirs.follow(twice);

      Denied denied = (Denied) mine.check(ALICE);
      assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(18));
      there.advance(denied.retryAfter());

      assertThat(theirs.check(ALICE).isAllowed()).isTrue();
    }
  }

  @Test
  void an_instance_that_still_goes_by_a_smaller_limit_forgets_nothing_of_a_larger_one(
      RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter larger = limiter(here, 200, HOUR);
      RateLimiter smaller = limiter(there, 100, HOUR);
      assertThat(larger.check(ALICE, 200).isAllowed()).isTrue();

      assertThat(smaller.check(ALICE).isAllowed()).isFalse();

      assertThat(larger.peek(ALICE).remaining()).isZero();
    }
  }

  @Test
  void what_has_drained_before_a_rate_is_changed_is_not_owed_again(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter limiter = paced(instance);
      assertThat(limiter.check(ALICE, 50).isAllowed()).isTrue();
      instance.advance(Duration.ofMinutes(30));
      assertThat(limiter.peek(ALICE).remaining()).isEqualTo(50);

      limiter.follow(limiter.rule().with(new Limit(200, HOUR)));

      assertThat(limiter.peek(ALICE, 50).isAllowed()).isTrue();
    }
  }

  private static RateLimiter paced(LimitsFixture instance) {
    return instance.limits.limiter("api").limit(100, HOUR).paced(50).build();
  }
}
