package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class CacheOversightTest {

  private final RedisNamespace namespace;

  CacheOversightTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("F11")
  @Tag("F16")
  void instances_follow_switches_and_sum_statistics_by_themselves() {
    try (CachesFixture here = CachesFixture.on(namespace);
        CachesFixture there = CachesFixture.on(namespace);
        CacheOversight ofHere = oversight(here);
        CacheOversight ofThere = oversight(there)) {
      here.events().get(1L);
      there.events().get(1L);
      ofHere.switches().of("events");
      CacheSwitch events = ofThere.switches().of("events");

      ofHere.switches().set("events", CacheMode.off());
      await().until(() -> events.modeFor("event:1").equals(CacheMode.off()));
      await().untilAsserted(() -> {
        FleetStatistics.OfCache sums = ofHere.fleet().read().cache("events");
        assertThat(sums.total().misses()).isEqualTo(2);
        assertThat(sums.instances()).isEqualTo(2);
      });
    }
  }

  @Test
  void statistics_can_stay_at_home() {
    try (CachesFixture here = CachesFixture.on(namespace);
        CacheOversight oversight =
            CacheOversight.begin(here.redis, here.caches::statistics, Duration.ZERO)) {
      here.events().get(1L);

      assertThat(oversight.fleet().read().cache("events").instances()).isZero();
    }
  }

  @Test
  void where_redis_is_switched_off_switches_are_local() {
    RedisSettings off = RedisSettings.builder().enabled(false).build();
    try (CachesFixture here = CachesFixture.on(off);
        CacheOversight oversight = oversight(here)) {
      oversight.switches().of("events");

      assertThat(oversight.switches().set("events", CacheMode.off())).isFalse();
      assertThat(oversight.switches().get("events")).isEqualTo(CacheMode.off());
    }
  }

  private static CacheOversight oversight(CachesFixture instance) {
    return CacheOversight.begin(
        instance.redis, instance.caches::statistics, Duration.ofMillis(100));
  }
}
