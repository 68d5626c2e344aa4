package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.CommandCalls;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a check costs: calls that reach the server, and time where it does not answer. */
@RedisTest
class LimitCostTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String ALICE = "user:alice";
  private static final String ADDRESS = "203.0.113.7";
  private static final String NOBODY = "nobody";

  private static RateLimiter limiter(LimitsFixture instance, String name, long permits) {
    return instance.limits.limiter(name).limit(permits, HOUR).build();
  }

  @Test
  @Tag("RL1")
  void a_check_is_one_call_for_each_subject_and_none_where_the_answer_is_known(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = LimitsFixture.stepped(server.uri())) {
      RateLimiter one = limiter(instance, "one", 2);
      RateLimiter second = limiter(instance, "second", 100);
      RateLimiter third = limiter(instance, "third", 100);
      RateLimiter leasing = instance
          .limits
          .limiter("leasing")
          .limit(1_000, HOUR)
          .leasing(100, Duration.ofMinutes(1))
          .build();
      ServerCalls calls = new ServerCalls(server, one);

      assertThat(calls.by(() -> one.check(ALICE))).as("a check").isEqualTo(1);
      assertThat(calls.by(() -> one.peek(ALICE))).as("a look").isEqualTo(1);
      one.check(ALICE);
      assertThat(calls.by(() -> one.check(ALICE))).as("a denial").isEqualTo(1);
      assertThat(calls.by(() -> repeat(100, () -> one.check(ALICE))))
          .as("a denial that is known")
          .isZero();

      List<Charge> ofOne = List.of(second.charge(ALICE), third.charge(ALICE));
      List<Charge> ofTwo = List.of(second.charge(ALICE), one.charge(ADDRESS));
      assertThat(calls.by(() -> instance.limits.check(ofOne))).as("two limits").isEqualTo(1);
      // What is sent at the same time may go out as one.
      assertThat(calls.by(() -> instance.limits.check(ofTwo)))
          .as("two subjects")
          .isBetween(1L, 2L);
      one.check(ADDRESS);
      assertThat(calls.by(
              () -> assertThat(instance.limits.check(ofTwo).isAllowed()).isFalse()))
          .as("two subjects, then what one took goes back, which others are told")
          .isBetween(1L + 1 + 1, 2L + 1 + 1);
      assertThat(calls.by(() -> repeat(100, () -> instance.limits.check(ofTwo))))
          .as("two subjects of which one is known to be denied")
          .isZero();

      assertThat(calls.by(() -> second.refund(ALICE, 1))).as("given back, told").isEqualTo(2);
      assertThat(calls.by(() -> one.reset(ALICE))).as("reset, told").isEqualTo(2);
      assertThat(calls.by(() -> one.check(ALICE))).as("after a reset").isEqualTo(1);

      assertThat(calls.by(() -> repeat(100, () -> leasing.check(ALICE))))
          .as("100 permits that are leased at once")
          .isEqualTo(1);
      instance.limits.block(ADDRESS, HOUR);
      instance.limits.allow(ALICE);
      assertThat(calls.by(() -> instance.limits.check(ofTwo)))
          .as("who is listed")
          .isZero();
    }
  }

  private static void repeat(int times, Runnable step) {
    for (int i = 0; i < times; i++) {
      step.run();
    }
  }

  /** How often scripts are called on a server that knows them. */
  private record ServerCalls(EmbeddedRedis server, RateLimiter limiter) {

    ServerCalls {
      limiter.check(NOBODY);
      limiter.refund(NOBODY, 1);
      limiter.peek(NOBODY);
    }

    long by(Runnable steps) {
      long sources = CommandCalls.of(server, "eval");
      long before = CommandCalls.of(server, "evalsha");
      steps.run();
      // What is not waited for is carried out before this.
      limiter.peek(NOBODY);
      assertThat(CommandCalls.of(server, "eval")).as("scripts sent anew").isEqualTo(sources);
      return CommandCalls.of(server, "evalsha") - before - 1;
    }
  }

  /** The promise is 100 µs; half of the checks may take longer, as on a machine that is busy. */
  @Test
  @Tag("RL5")
  void without_redis_a_check_takes_less_than_100_microseconds(
      @OwnServer EmbeddedRedis server, @OwnServer FaultProxy proxy) {
    RedisSettings settings = RedisSettings.builder()
        .uri(proxy.uri())
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(1))
        .build();
    try (LimitsFixture instance = LimitsFixture.on(settings)) {
      RateLimiter local = instance.limits.tier(LimitTier.API_ADDRESS);
      RateLimiter closed = instance.limits.tier(LimitTier.LOGIN);
      assertThat(local.check(ALICE).source()).isEqualTo(Source.REDIS);

      proxy.stall();
      timeOut(local, 8);
      await().until(() -> instance.redis.statistics().suspensions() > 0);
      assertThat(instance.redis.state()).isNotEqualTo(ConnectionState.CONNECTED);
      assertThat(median(local)).as("local, Redis hangs").isLessThan(Duration.ofNanos(100_000));
      assertThat(median(closed)).as("closed, Redis hangs").isLessThan(Duration.ofNanos(100_000));

      proxy.refuse();
      proxy.cut();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      assertThat(median(local)).as("local, Redis is gone").isLessThan(Duration.ofNanos(100_000));
      assertThat(median(closed)).as("closed, Redis is gone").isLessThan(Duration.ofNanos(100_000));
    }
  }

  /** As many callers as open the breaker, at the same time. */
  private static void timeOut(RateLimiter limiter, int callers) {
    AtomicInteger answered = new AtomicInteger();
    for (int i = 0; i < callers; i++) {
      new Thread(() -> {
            limiter.check(NOBODY);
            answered.incrementAndGet();
          })
          .start();
    }
    await().until(() -> answered.get() == callers);
  }

  /** Returns how long a check takes, once the virtual machine has compiled it. */
  private static Duration median(RateLimiter limiter) {
    long[] nanos = new long[20_000];
    for (int i = -nanos.length; i < nanos.length; i++) {
      long begun = System.nanoTime();
      Decision decision = limiter.check("user:" + Math.floorMod(i, 1_000));
      if (i >= 0) {
        nanos[i] = System.nanoTime() - begun;
      }
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
    }
    Arrays.sort(nanos);
    return Duration.ofNanos(nanos[nanos.length / 2]);
  }
}
