package dev.forebay.servlet;

import static dev.forebay.servlet.RequestLimit.byAddress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.WhenUnavailable;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client gets to see while Redis is away: each limit as it is configured. */
@RedisTest
@Tag("RL4")
class WithoutRedisTest {

  @Test
  void an_open_limit_lets_everybody_through_and_tells_nothing(@OwnServer EmbeddedRedis redis)
      throws Exception {
    redis.stop();
    try (LimitedServer server = start(redis, WhenUnavailable.OPEN)) {
      for (int i = 0; i < 5; i++) {
        HttpAnswer answer = server.send("GET", "/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields()).doesNotContainKeys("ratelimit", "ratelimit-policy");
      }
    }
  }

  @Test
  void a_local_limit_goes_on_counting(@OwnServer EmbeddedRedis redis) throws Exception {
    redis.stop();
    try (LimitedServer server = start(redis, WhenUnavailable.LOCAL)) {
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      HttpAnswer denied = server.send("GET", "/");
      assertThat(denied.status()).isEqualTo(429);
      assertThat(Integer.parseInt(denied.field("Retry-After"))).isBetween(1, 3_600);
    }
  }

  @Test
  void a_closed_limit_answers_503_until_redis_is_back(@OwnServer EmbeddedRedis redis)
      throws Exception {
    redis.stop();
    try (LimitedServer server = start(redis, WhenUnavailable.CLOSED)) {
      HttpAnswer denied = server.send("GET", "/");

      assertThat(denied.status()).isEqualTo(503);
      assertThat(Integer.parseInt(denied.field("Retry-After"))).isPositive();
      assertThat(denied.fields()).doesNotContainKeys("ratelimit", "ratelimit-policy");
      assertThat(denied.field("Cache-Control")).isEqualTo("no-store");
      assertThat(denied.json().get("type").asString()).endsWith("#temporary-reduced-capacity");
      assertThat(denied.json().get("detail").asString()).contains("cannot be told now");
      assertThat(server.application.requests).hasValue(0);

      redis.restart();
      await().atMost(Duration.ofMinutes(1)).until(() -> server.send("GET", "/").status() == 200);
    }
  }

  @Test
  void where_redis_is_switched_off_a_request_that_came_to_nothing_gets_its_permit_back()
      throws Exception {
    RedisSettings off = RedisSettings.builder().enabled(false).build();
    try (LimitedServer server = start(off, WhenUnavailable.LOCAL)) {
      for (int i = 0; i < 5; i++) {
        assertThat(server.send("POST", "/refunds").status()).isEqualTo(200);
      }
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      assertThat(server.send("GET", "/").status()).isEqualTo(429);
    }
  }

  private static LimitedServer start(EmbeddedRedis redis, WhenUnavailable answer) throws Exception {
    return start(RedisSettings.builder().uri(redis.uri()).build(), answer);
  }

  private static LimitedServer start(RedisSettings settings, WhenUnavailable answer)
      throws Exception {
    return LimitedServer.start(settings, limits -> {
      limits
          .limiter("api")
          .limit(2, Duration.ofHours(1))
          .whenUnavailable(answer)
          .build();
      return RateLimitFilter.builder(limits)
          .route("*", "/**", byAddress("api").message("Too many requests."));
    });
  }
}
