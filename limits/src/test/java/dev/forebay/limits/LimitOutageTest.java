package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL5")
class LimitOutageTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String ALICE = "user:alice";

  private static LimitsFixture instance(EmbeddedRedis server) {
    return LimitsFixture.on(server.uri());
  }

  private static void lose(EmbeddedRedis server, LimitsFixture instance) {
    server.stop();
    await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
  }

  private static RateLimiterBuilder five(LimitsFixture instance, String name) {
    return instance.limits.limiter(name).limit(5, HOUR);
  }

  @Test
  void without_redis_this_instance_counts_for_itself(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter limiter = five(instance, "api").build();
      lose(server, instance);

      for (int i = 0; i < 5; i++) {
        Decision decision = limiter.check(ALICE);
        assertThat(decision.isAllowed()).as("%s", decision).isTrue();
        assertThat(decision.source()).isEqualTo(Source.FALLBACK);
      }
      assertThat(limiter.check(ALICE)).isInstanceOf(Denied.class);
      assertThat(limiter.peek(ALICE).isAllowed()).isFalse();
      assertThat(limiter.check("user:bob").isAllowed()).isTrue();
    }
  }

  @Test
  void without_redis_a_closed_limit_denies_and_an_open_one_allows(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter closed =
          five(instance, "closed").whenUnavailable(WhenUnavailable.CLOSED).build();
      RateLimiter open =
          five(instance, "open").whenUnavailable(WhenUnavailable.OPEN).build();
      lose(server, instance);

      Denied denied = (Denied) closed.check(ALICE);
      assertThat(denied.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(denied.retryAfter()).isPositive();
      for (int i = 0; i < 20; i++) {
        assertThat(open.check(ALICE).isAllowed()).isTrue();
      }
      assertThat(open.check(ALICE, 6).isAllowed()).isFalse();
      assertThat(instance
              .limits
              .check(List.of(open.charge(ALICE), closed.charge(ALICE)))
              .isAllowed())
          .isFalse();
    }
  }

  @Test
  void without_redis_several_limits_are_taken_all_or_none(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter one = instance.limits.limiter("one").limit(1, HOUR).build();
      RateLimiter five = five(instance, "five").build();
      lose(server, instance);
      List<Charge> both = List.of(five.charge(ALICE), one.charge(ALICE));

      assertThat(instance.limits.check(both).isAllowed()).isTrue();
      assertThat(instance.limits.check(both).isAllowed()).isFalse();
      assertThat(five.peek(ALICE).remaining()).isEqualTo(4);
    }
  }

  @Test
  void without_redis_nothing_is_leased(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter limiter = instance
          .limits
          .limiter("events")
          .limit(300, HOUR)
          .leasing(100, Duration.ofMinutes(1))
          .build();
      lose(server, instance);

      for (int i = 0; i < 5; i++) {
        assertThat(limiter.check(ALICE).isAllowed()).isTrue();
      }

      assertThat(limiter.peek(ALICE).remaining()).isEqualTo(295);
    }
  }

  @Test
  void without_redis_a_cost_above_this_instance_s_share_may_succeed_later(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      Charge charge = five(instance, "api").build().charge(ALICE, 3);

      Denied denied = (Denied) new LocalLimits(System::nanoTime).decide(charge, 2, true);

      assertThat(denied.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(denied.canSucceedLater()).isTrue();
    }
  }

  @Test
  void when_redis_is_back_it_counts_again_from_where_it_was(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter limiter = five(instance, "api").build();
      limiter.check(ALICE, 2);
      lose(server, instance);
      limiter.check(ALICE, 5);
      server.restart();
      await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);

      Decision decision = limiter.check(ALICE);

      assertThat(decision.source()).isEqualTo(Source.REDIS);
      assertThat(decision.remaining()).isEqualTo(2);
    }
  }

  @Test
  void a_limit_that_redis_refuses_to_count_is_as_without_redis(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter limiter = five(instance, "api").build();
      server.execute("CONFIG", "SET", "maxmemory", "1");

      assertThat(limiter.check(ALICE).source()).isEqualTo(Source.FALLBACK);
    }
  }

  @Test
  void what_is_no_state_of_a_limit_is_overwritten(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter limiter = five(instance, "api").build();
      String key = new LimitKeys("").stateOf("api", ALICE);
      for (byte[] other :
          List.of(new byte[0], new byte[] {'L', 1}, new byte[100], new byte[] {'P'})) {
        instance.redis.commands().set(key, other, HOUR).await();

        Decision decision = limiter.check(ALICE);

        assertThat(decision.source()).isEqualTo(Source.REDIS);
        assertThat(decision.remaining()).isEqualTo(4);
      }
    }
  }

  @Test
  @Tag("RL2")
  void without_redis_signing_in_resetting_passwords_and_paying_is_closed_and_the_rest_counted(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      RateLimiter login = instance
          .limits
          .limiter(LimitTier.LOGIN)
          .whenUnavailable(WhenUnavailable.LOCAL)
          .build();
      assertThat(instance.limits.tier(LimitTier.LOGIN)).isSameAs(login);
      lose(server, instance);

      for (LimitTier tier : LimitTier.values()) {
        boolean closed = tier == LimitTier.PASSWORD_RESET
            || tier == LimitTier.PAYMENT
            || tier == LimitTier.LOGIN;
        assertThat(tier.whenUnavailable() == WhenUnavailable.CLOSED)
            .as("%s", tier)
            .isEqualTo(closed);
        Decision decision = instance.limits.tier(tier).check(ALICE);
        assertThat(decision.isAllowed())
            .as("%s", tier)
            .isEqualTo(!closed || tier == LimitTier.LOGIN);
      }
    }
    try (LimitsFixture instance =
        LimitsFixture.on(RedisSettings.builder().enabled(false).build())) {
      RateLimiter login = instance.limits.tier(LimitTier.LOGIN);
      for (int i = 0; i < 5; i++) {
        assertThat(login.check(ALICE).isAllowed()).isTrue();
      }
      assertThat(login.check(ALICE).isAllowed()).isFalse();
    }
  }

  @Test
  void answers_that_are_lost_admit_no_more_than_this_instance_s_share(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture instance = LimitsFixture.on(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(1))
            .build())) {
      RateLimiter limiter = five(instance, "api").build();
      proxy.stall(Direction.TO_CLIENT);
      int admitted = 0;
      for (int i = 0; i < 20; i++) {
        admitted += limiter.check(ALICE).isAllowed() ? 1 : 0;
      }
      assertThat(admitted).isEqualTo(5);
      proxy.resume();
      await().until(() -> limiter.peek(ALICE).source() == Source.REDIS);

      // Redis has counted some of those whose answers were lost, too.
      assertThat(limiter.peek(ALICE).remaining()).isLessThan(5);
      for (int i = 0; i < 20; i++) {
        admitted += limiter.check(ALICE).isAllowed() ? 1 : 0;
      }
      assertThat(admitted).isBetween(5, 9);
    }
  }

  @Test
  @Tag("RL6")
  void who_goes_on_without_redis_waits_longer_and_redis_is_told_when_it_is_back(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    Penalty penalty = new Penalty(Duration.ofHours(2), Duration.ofDays(1), 3, Duration.ofDays(1));
    try (LimitsFixture instance = LimitsFixture.stepped(server.uri())) {
      RateLimiter login =
          instance.limits.limiter("login").limit(1, HOUR).penalty(penalty).build();
      lose(server, instance);

      assertThat(login.check(ALICE).isAllowed()).isTrue();
      assertThat(((Denied) login.check(ALICE)).reason()).isEqualTo(Reason.LIMIT);
      assertThat(((Denied) login.check(ALICE)).retryAfter()).isLessThanOrEqualTo(HOUR);
      for (int wait : new int[] {2, 2, 2, 4}) {
        Denied denied = (Denied) login.check(ALICE);
        assertThat(denied.reason()).isEqualTo(Reason.PENALTY);
        assertThat(denied.retryAfter())
            .isBetween(Duration.ofHours(wait).minusMinutes(10), Duration.ofHours(wait));
        assertThat(denied.source()).isEqualTo(Source.FALLBACK);
      }
      assertThat(login.peek(ALICE).isAllowed()).isFalse();
      assertThat(login.check("user:bob").isAllowed()).isTrue();

      server.restart();
      await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);
      instance.limits.oversight().flush();

      Denied denied = (Denied) login.peek(ALICE);
      assertThat(denied.source()).isEqualTo(Source.REDIS);
      assertThat(denied.retryAfter()).isEqualTo(Duration.ofHours(4));
      assertThat(instance.limits.usage().lostStrikes()).isZero();
    }
  }

  @Test
  void a_connection_has_one_home_for_limits(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = instance(server)) {
      assertThatThrownBy(() -> RateLimits.on(instance.redis))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has rate limits already")
          .hasMessageContaining("Redis.connect(settings, Workload.LIMITS)");
      try (LimitsFixture other = instance(server)) {
        assertThat(five(other, "api").build().check(ALICE).isAllowed()).isTrue();
      }

      instance.limits.close();

      try (RateLimits again = RateLimits.on(instance.redis)) {
        instance.limits.close();
        assertThat(again.tier(LimitTier.API_USER).check(ALICE).source()).isEqualTo(Source.REDIS);
        assertThatThrownBy(() -> RateLimits.on(instance.redis))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void limits_do_not_live_where_they_may_be_evicted(@OwnServer EmbeddedRedis server) {
    try (Redis cache = Redis.connect(RedisSettings.builder().uri(server.uri()).build())) {
      assertThatThrownBy(() -> RateLimits.on(cache)).hasMessageContaining("Workload.LIMITS");
    }
  }
}
