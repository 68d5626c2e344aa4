package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One limit, this process and another one, 64 threads each. */
@RedisTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedLimitTest {

  private static final Duration TIME = Duration.ofSeconds(6);

  private final RedisNamespace namespace;

  SharedLimitTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 20_000})
  @Tag("RL1")
  @Tag("F14")
  void two_processes_admit_as_many_as_the_limit_says(long permits) throws Exception {
    // Longer than the test, so that not one more may pass.
    Limit limit = new Limit(permits, Duration.ofHours(1));
    try (LimitsFixture here = LimitsFixture.on(namespace);
        ChildJvm there =
            SharedLimitProcess.start(namespace.uri(), namespace.keyPrefix(), limit, TIME)) {
      long end = System.nanoTime() + TIME.toNanos();
      long mine = SharedLimitProcess.admitted(here, limit, () -> System.nanoTime() < end);
      long theirs = Long.parseLong(there.readLine());

      assertThat(mine + theirs).isEqualTo(permits);
    }
  }

  @Test
  @Tag("RL1")
  void connections_that_break_cost_permits_but_admit_not_one_more(
      @OwnServer EmbeddedRedis server, @OwnServer FaultProxy proxy) throws Exception {
    Limit limit = new Limit(20_000, Duration.ofHours(1));
    RedisSettings settings = RedisSettings.builder()
        .uri(proxy.uri())
        .commandTimeout(Duration.ofSeconds(1))
        .build();
    try (LimitsFixture here = LimitsFixture.on(settings)) {
      AtomicBoolean goOn = new AtomicBoolean(true);
      Thread breaking = new Thread(() -> {
        try {
          for (int i = 0; i < 8; i++) {
            long connections = proxy.totalConnections();
            proxy.cutAfter(20_000);
            await().until(() -> proxy.totalConnections() > connections);
          }
        } finally {
          goOn.set(false);
        }
      });
      breaking.start();

      long admitted = SharedLimitProcess.admitted(here, limit, goOn::get);
      breaking.join();

      RateLimiter limiter = here.limits.find("shared").orElseThrow();
      assertThat(admitted).isPositive();
      await().until(() -> limiter.peek("everybody").source() == Decision.Source.REDIS);
      Decision left = limiter.peek("everybody");
      assertThat(admitted).isLessThanOrEqualTo(limit.permits() - left.remaining());
    }
  }

  @Test
  @Tag("RL1")
  void a_failover_forgets_no_more_than_the_new_master_had_not_seen(
      @OwnServer EmbeddedSentinel sentinel) {
    Limit limit = new Limit(100, Duration.ofHours(1));
    try (LimitsFixture here = LimitsFixture.on(sentinel.uri())) {
      RateLimiter limiter = here.limits
          .limiter("shared")
          .limit(limit)
          .whenUnavailable(WhenUnavailable.CLOSED)
          .build();
      long before = 0;
      while (before < 60 && limiter.check("everybody").isAllowed()) {
        before++;
      }

      sentinel.master().kill();
      sentinel.awaitMaster();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> limiter.peek("everybody").source() == Decision.Source.REDIS);

      long seen = limit.permits() - limiter.peek("everybody").remaining();
      long after = 0;
      while (limiter.check("everybody").isAllowed()) {
        after++;
      }
      assertThat(seen).isPositive();
      assertThat(before + after).isEqualTo(limit.permits() + before - seen);
    }
  }
}
