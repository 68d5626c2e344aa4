package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisOperationException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What limits take in Redis, and what takes nothing from them. */
@RedisTest
class LimitMemoryTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String ADDRESS = "203.0.113.7";

  private static long bytesOf(LimitsFixture instance, RateLimiter limiter) {
    String key =
        new LimitKeys(instance.redis.settings().keyPrefix()).stateOf(limiter.name(), ADDRESS);
    return instance.redis.commands().memoryUsage(key).await().orElseThrow();
  }

  @Test
  @Tag("RL8")
  void a_subject_takes_little(RedisNamespace namespace) {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter counter = instance
          .limits
          .limiter("counter")
          .limit(100_000, MINUTE)
          .algorithm(Algorithm.SLIDING_WINDOW)
          .build();
      RateLimiter log = instance.limits.limiter("log").limit(100, MINUTE).build();
      RateLimiter auto = instance.limits.limiter("auto").limit(100_000, MINUTE).build();
      log.check(ADDRESS, 100);
      for (int i = 0; i < 300; i++) {
        counter.check(ADDRESS);
        auto.check(ADDRESS);
        instance.advance(MINUTE.dividedBy(130));
      }

      assertThat(bytesOf(instance, counter)).isLessThanOrEqualTo(200);
      assertThat(bytesOf(instance, log)).isLessThanOrEqualTo(600);
      assertThat(bytesOf(instance, auto)).isLessThan(1024);
    }
  }

  @Test
  @Tag("RL2")
  void a_cache_that_is_filled_until_it_evicts_resets_no_limit(
      @OwnServer EmbeddedRedis limitsServer) {
    try (EmbeddedRedis cacheServer = EmbeddedRedis.builder()
        .setting("maxmemory", "4mb")
        .setting("maxmemory-policy", "allkeys-lru")
        .start()) {
      RedisSettings settings = LimitsFixture.patient(cacheServer.uri())
          .uri(Workload.LIMITS, limitsServer.uri())
          .build();
      try (Redis cache = Redis.connect(settings);
          LimitsFixture instance = LimitsFixture.on(settings)) {
        RateLimiter login = instance.limits.tier(LimitTier.LOGIN);
        login.check(ADDRESS, 5);

        assertThat(fill(cache)).isZero();

        assertThat(cacheServer.execute("INFO", "stats"))
            .asString()
            .doesNotContain("evicted_keys:0\r");
        assertThat(login.peek(ADDRESS).isAllowed()).isFalse();
      }
    }
  }

  @Test
  @Tag("RL2")
  void a_cache_that_fills_the_server_of_the_limits_resets_none_as_nothing_is_evicted() {
    try (EmbeddedRedis server = EmbeddedRedis.builder()
        .setting("maxmemory", "8mb")
        .setting("maxmemory-policy", "noeviction")
        .start()) {
      RedisSettings settings = LimitsFixture.patient(server.uri()).build();
      try (Redis cache = Redis.connect(settings);
          LimitsFixture instance = LimitsFixture.on(settings)) {
        RateLimiter login = instance.limits.tier(LimitTier.LOGIN);
        login.check(ADDRESS, 5);

        assertThat(fill(cache)).isPositive();

        assertThat(server.execute("INFO", "stats")).asString().contains("evicted_keys:0\r");
        assertThat(login.peek(ADDRESS).isAllowed()).isFalse();
        for (int attempt = 0; attempt < 20; attempt++) {
          assertThat(login.check(ADDRESS).isAllowed()).as("attempt %d", attempt).isFalse();
        }
        try (LimitsFixture later = LimitsFixture.on(settings)) {
          assertThat(later.limits.tier(LimitTier.LOGIN).check(ADDRESS).isAllowed())
              .isFalse();
          server.endpoint().database(0).execute("FLUSHDB");

          Decision denied = later.limits.tier(LimitTier.LOGIN).check(ADDRESS);

          assertThat(denied.isAllowed()).isFalse();
          assertThat(denied.source()).isNotEqualTo(Source.FALLBACK);
        }
      }
    }
  }

  /** Returns how much was refused for want of room. */
  private static int fill(Redis cache) {
    List<Reply<String>> sets = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      sets.add(cache.commands().set("entry:" + i, new byte[4096], Duration.ofHours(1)));
    }
    int refused = 0;
    for (Reply<String> set : sets) {
      try {
        set.await();
      } catch (RedisOperationException full) {
        assertThat(full).hasMessageContaining("OOM");
        refused++;
      }
    }
    return refused;
  }
}
