package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL6")
class LocalStrikesTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Penalty PENALTY = new Penalty(HOUR, Duration.ofDays(1), 10, HOUR);
  private static final String MALLORY = "203.0.113.7";

  private static RateLimiter login(LimitsFixture instance) {
    return instance.limits.limiter("login").limit(1, MINUTE).penalty(PENALTY).build();
  }

  private static Denied denied(Decision decision) {
    assertThat(decision).isInstanceOf(Denied.class);
    return (Denied) decision;
  }

  /** Has one attempt denied by Redis, and more by the instance alone. */
  private static void hammer(RateLimiter limiter, int times) {
    limiter.check(MALLORY);
    limiter.check(MALLORY);
    for (int i = 0; i < times; i++) {
      assertThat(limiter.check(MALLORY).source()).isEqualTo(Source.KNOWN);
    }
  }

  @Test
  void who_is_denied_by_the_instance_alone_is_punished_all_the_same(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter login = login(instance);
      hammer(login, 9);
      assertThat(denied(login.check(MALLORY)).retryAfter()).isLessThanOrEqualTo(MINUTE);

      instance.limits.oversight().flush();

      Denied punished = denied(login.check(MALLORY));
      assertThat(punished.source()).isEqualTo(Source.KNOWN);
      assertThat(punished.reason()).isEqualTo(Reason.PENALTY);
      assertThat(punished.retryAfter()).isBetween(HOUR.minusMinutes(10), HOUR);
      assertThat(denied(login.peek(MALLORY)).retryAfter()).isEqualTo(HOUR);
      assertThat(instance.limits.usage().lostStrikes()).isZero();
    }
  }

  @Test
  void an_instance_tells_strikes_by_itself(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.on(namespace)) {
      RateLimiter login = login(instance);
      // Redis may tell of the penalty between two attempts.
      login.check(MALLORY);
      for (int i = 0; i < 12; i++) {
        login.check(MALLORY);
      }

      await().until(() -> denied(login.check(MALLORY)).reason() == Reason.PENALTY);
    }
  }

  @Test
  void a_reset_forgets_strikes_that_were_not_told(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter login = login(instance);
      hammer(login, 50);
      login.reset(MALLORY);

      instance.limits.oversight().flush();

      assertThat(login.check(MALLORY).isAllowed()).isTrue();
      assertThat(denied(login.check(MALLORY)).reason()).isEqualTo(Reason.LIMIT);
    }
  }

  @Test
  void where_there_is_no_penalty_nothing_is_kept(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter limiter = instance.limits.limiter("api").limit(1, MINUTE).build();
      hammer(limiter, 10);

      assertThat(instance.limits.oversight().strikes().size()).isZero();
    }
  }

  @Test
  void strikes_wait_for_redis_for_a_minute_and_are_lost_then(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (LimitsFixture instance = LimitsFixture.stepped(server.uri())) {
      AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // overflows soon
      LocalStrikes strikes = new LocalStrikes(
          new RedisLimits(
              new LimitScripts(
                  instance.redis.commands(), () -> Long.toString(instance.clock.get())),
              new LimitKeys("")),
          instance.limits.oversight().denials(),
          nanos::get,
          true);
      RateLimiter login = login(instance);
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      for (int i = 0; i < 20; i++) {
        strikes.add(login, MALLORY);
      }
      strikes.flush();
      nanos.addAndGet(MINUTE.toNanos());
      strikes.flush();
      assertThat(strikes.lost()).isZero();

      for (int i = 0; i < 10; i++) {
        strikes.add(login, MALLORY);
      }
      nanos.addAndGet(1);
      strikes.flush();
      assertThat(strikes.lost()).isEqualTo(20);
      assertThat(strikes.size()).isEqualTo(1);

      server.restart();
      await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);
      strikes.flush();
      assertThat(strikes.lost()).isEqualTo(20);
      assertThat(strikes.size()).isZero();
      assertThat(denied(login.peek(MALLORY)).reason()).isEqualTo(Reason.PENALTY);
    }
  }

  @Test
  void a_flush_whose_answer_is_lost_counts_once(@OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture instance = LimitsFixture.stepped(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(5))
            .build())) {
      LocalStrikes strikes = instance.limits.oversight().strikes();
      RateLimiter login = login(instance);
      hammer(login, 5);
      proxy.stall(Direction.TO_CLIENT);
      strikes.flush();
      assertThat(strikes.size()).isEqualTo(1);
      proxy.cut();
      proxy.heal();
      await().until(() -> login.peek(MALLORY).source() == Source.REDIS);

      strikes.flush();

      assertThat(strikes.size()).isZero();
      assertThat(denied(login.peek(MALLORY)).reason()).isEqualTo(Reason.LIMIT);
      for (int i = 0; i < 4; i++) {
        strikes.add(login, MALLORY);
      }
      strikes.flush();
      assertThat(denied(login.peek(MALLORY)).reason()).isEqualTo(Reason.PENALTY);
    }
  }

  @Test
  void strikes_from_before_a_reset_that_redis_is_told_of_after_it_do_not_count(
      RedisNamespace namespace) {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = login(here);
      RateLimiter theirs = login(there);
      hammer(theirs, 50);

      mine.reset(MALLORY);
      there.limits.oversight().flush(); // it has not heard of the reset

      assertThat(mine.check(MALLORY).isAllowed()).isTrue();
      assertThat(denied(mine.check(MALLORY)).reason()).isEqualTo(Reason.LIMIT);

      for (LimitsFixture instance : List.of(here, there)) {
        instance.advance(Duration.ofSeconds(10));
      }
      for (int i = 0; i < 10; i++) {
        there.limits.oversight().strikes().add(theirs, MALLORY);
      }
      there.limits.oversight().flush();
      assertThat(denied(mine.peek(MALLORY)).reason()).isEqualTo(Reason.PENALTY);
    }
  }

  @Test
  void strikes_of_more_subjects_than_there_is_room_for_are_counted_as_lost(
      RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      LocalStrikes strikes = instance.limits.oversight().strikes();
      RateLimiter login = login(instance);
      for (int i = 0; i < LocalStrikes.MOST + 7; i++) {
        strikes.add(login, "subject " + i);
      }
      strikes.add(login, "subject 0");

      assertThat(strikes.size()).isEqualTo(LocalStrikes.MOST);
      assertThat(strikes.lost()).isEqualTo(7);
      strikes.flush();
      assertThat(strikes.size()).isZero();
      assertThat(strikes.lost()).isEqualTo(7);
    }
  }
}
