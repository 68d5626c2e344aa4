package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * How soon Redis is used again once it is back, by a stop-watch, when the waiting times between
 * attempts have grown to their longest. {@code -Dforebay.back.rounds=20} tries it more often.
 */
@RedisTest
@Timeout(600)
class BackInTimeTest {

  private static final int ROUNDS = Integer.getInteger("forebay.back.rounds", 1);
  private static final Duration PROMISED = Duration.ofSeconds(2);

  /** After so many failures the waiting time is the longest. */
  private static final int CAPPED = 6;

  @Test
  @Tag("F3")
  void a_server_that_was_killed_is_used_within_two_seconds_of_its_return(
      @OwnServer EmbeddedRedis server, TestReporter report) {
    try (Redis redis = Redis.connect(settings(server.uri()).build())) {
      for (int round = 0; round < ROUNDS; round++) {
        server.kill();
        awaitLongestWait(redis);
        server.restart();

        assertBack("killed", redis, report);
      }
    }
  }

  @Test
  @Tag("F3")
  void a_server_that_hung_is_used_within_two_seconds_of_its_return(
      @OwnServer EmbeddedRedis server, TestReporter report) {
    Duration shorter = Duration.ofMillis(300);
    try (Redis redis =
        Redis.connect(settings(server.uri()).connectTimeout(shorter).build())) {
      for (int round = 0; round < ROUNDS; round++) {
        long suspensions = redis.statistics().suspensions();
        server.pause();
        soon().until(() -> {
          isUsed(redis);
          return redis.statistics().suspensions() > suspensions;
        });
        server.resume();
        assertBack("suspended", redis, report);

        server.pause();
        soon().until(() -> {
          isUsed(redis);
          return redis.state() == ConnectionState.DISCONNECTED;
        });
        awaitLongestWait(redis);
        server.resume();
        assertBack("hung", redis, report);
      }
    }
  }

  @Test
  @Tag("F3")
  void a_network_that_refused_or_swallowed_everything_is_used_within_two_seconds_of_its_return(
      @OwnServer FaultProxy proxy, TestReporter report) {
    try (Redis redis = Redis.connect(settings(proxy.uri()).build())) {
      for (int round = 0; round < ROUNDS; round++) {
        proxy.refuse();
        proxy.cut();
        awaitLongestWait(redis);
        proxy.accept();
        assertBack("refused", redis, report);

        // Soon enough after that, the waiting times do not begin anew.
        proxy.stall();
        proxy.cut();
        awaitFailure(redis);
        // Attempts that take as long as they may begin a second apart, not two.
        Duration apart = awaitFailure(redis);
        report.publishEntry("between attempts that hang", apart.toString());
        assertThat(apart).isLessThan(Duration.ofMillis(1_450));
        proxy.heal();
        assertBack("swallowed", redis, report);
      }
    }
  }

  /** Fails unless calls are answered within two seconds from now on. */
  static void assertBack(String what, Redis redis, TestReporter report) {
    long start = System.nanoTime();
    soon().until(() -> isUsed(redis));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.publishEntry(what, "back after " + took.toMillis() + " ms");
    assertThat(took).as(what).isLessThan(PROMISED);
  }

  private static boolean isUsed(Redis redis) {
    try {
      return !redis.commands().exists("k").await();
    } catch (RedisUnavailableException e) {
      return false;
    }
  }

  private static void awaitLongestWait(Redis redis) {
    long before = redis.statistics().failures();
    soon().until(() -> redis.statistics().failures() >= before + CAPPED);
  }

  /** Returns how long it took until an attempt failed. */
  private static Duration awaitFailure(Redis redis) {
    long start = System.nanoTime();
    long before = redis.statistics().failures();
    soon().until(() -> redis.statistics().failures() > before);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /** With the time-out for connecting that is the default. */
  private static RedisSettingsBuilder settings(String uri) {
    return RedisSettings.builder().uri(uri).commandTimeout(Duration.ofMillis(100));
  }
}
