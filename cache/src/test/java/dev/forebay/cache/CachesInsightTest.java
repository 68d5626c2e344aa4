package dev.forebay.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.Compression;
import dev.forebay.redis.JsonCodec;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class CachesInsightTest {

  private static final Event FETE = new Event(1, "Fête");

  @Test
  @Tag("C14")
  void what_a_cache_does_is_measured(RedisNamespace namespace) {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, Optional<Event>> events = instance
          .caches
          .cache("events")
          .key("event:{id}", Long.class)
          .value(JsonCodec.optionalOf(Event.class))
          .ttl(Duration.ofMillis(1_500))
          .ttlJitter(0)
          .build();
      events.getOrLoad(1L, id -> Optional.of(FETE));
      events.getOrLoad(2L, id -> Optional.empty());
      events.getOrLoad(1L, id -> Optional.empty());
      events.getOrLoad(2L, id -> Optional.of(FETE));

      CacheStatistics statistics = events.statistics();
      assertThat(statistics.readMicros().count()).isEqualTo(4);
      assertThat(statistics.loadMicros().count()).isEqualTo(2);
      assertThat(statistics.bytesWritten().count()).isEqualTo(2);
      assertThat(statistics.bytesRead().count()).isEqualTo(2);
      assertThat(statistics.bytesRead().sum())
          .isEqualTo(statistics.bytesWritten().sum());
      assertThat(statistics.negatives()).isEqualTo(1);
      await().until(() -> !events.exists(1L));
      events.getOrLoad(1L, id -> Optional.of(FETE));
      assertThat(events.statistics().expiredLately()).isEqualTo(1);
    }
  }

  @Test
  @Tag("C14")
  void hot_keys_inventory_and_advice_are_told(@OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "dev_")) {
      Cache<Long, Event> events = instance
          .caches
          .cache("events")
          .key("event:{id}", Long.class)
          .value(Event.class)
          .compression(Compression.off())
          .build();
      events.put(1L, new Event(1, "x".repeat(100_000)));
      for (int i = 0; i < 2_000; i++) {
        events.get(1L);
      }

      HotKeys hot = instance.caches.hotKeys("events");
      assertThat(hot.top()).extracting(HotKeys.HotKey::name).containsExactly("event:1");
      assertThat(requireNonNull(instance.caches.inventory().get("events")).entries())
          .isEqualTo(1);
      assertThat(instance.caches.advice())
          .extracting(CacheAdvice::topic)
          .contains(CacheAdvice.Topic.VALUES_TOO_BIG);
      assertThatThrownBy(() -> instance.caches.hotKeys("evnts"))
          .hasMessage("No cache 'evnts'; there are [events]");
      server.stop();
      assertThat(instance.caches.advice()).isNotEmpty();
    }
  }

  @Test
  @Tag("F11")
  @Tag("F16")
  void all_instances_follow_a_switch_and_are_counted_together(RedisNamespace namespace) {
    try (CachesFixture here = CachesFixture.on(namespace);
        CachesFixture there = CachesFixture.on(namespace)) {
      Cache<Long, Event> events = here.events();
      Cache<Long, Event> elsewhere = there.events();
      events.put(1L, FETE);
      assertThat(elsewhere.get(1L)).contains(FETE);

      assertThat(here.caches.switches().set("events", CacheMode.off())).isTrue();
      assertThat(events.get(1L)).isEmpty();
      await().untilAsserted(() -> assertThat(elsewhere.get(1L)).isEmpty());
      assertThat(there.caches.switches().all()).containsEntry("events", CacheMode.off());
      await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
        FleetStatistics.OfCache sums = here.caches.fleetStatistics().cache("events");
        assertThat(sums.instances()).isEqualTo(2);
        assertThat(sums.total().puts()).isEqualTo(1);
        assertThat(sums.total().hits()).isGreaterThanOrEqualTo(1);
      });
      elsewhere.deleteAll(List.of(1L));
      here.caches.switches().set("events", CacheMode.on());
      assertThat(events.get(1L)).isEmpty();
    }
  }
}
