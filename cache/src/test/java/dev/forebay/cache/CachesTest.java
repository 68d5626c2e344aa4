package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.redis.RedisSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds without a server: how caches are described, and what one does that is switched off. */
class CachesTest {

  @AutoClose
  private final CachesFixture off =
      CachesFixture.on(RedisSettings.builder().enabled(false).build());

  @Test
  void a_second_cache_of_one_name_is_refused() {
    off.events();

    assertThatThrownBy(off::events)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'events' exists already")
        .hasMessageContaining("Build it once and share it");
  }

  @Test
  void two_caches_with_the_same_keys_are_refused() {
    off.events();
    CacheBuilder<String, String> twin =
        off.caches.cache("twin").key("event:{name}", String.class).value(String.class);

    assertThatThrownBy(twin::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'events' with keys 'event:{id}'")
        .hasMessageContaining("'twin' with keys 'event:{name}'");
  }

  @Test
  void a_cache_without_key_or_value_is_told_what_is_missing() {
    assertThatThrownBy(() -> off.caches.cache("a").value(String.class).build())
        .hasMessageContaining("'a' has no key template");
    assertThatThrownBy(() -> off.caches.cache("a").key("a:{id}", Long.class).build())
        .hasMessageContaining("'a' has no value type");
    assertThatThrownBy(() -> off.caches.counters("a").build())
        .hasMessageContaining("'a' have no key template");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "ä", "x{y}"})
  void a_name_that_metrics_could_not_carry_is_refused(String name) {
    assertThatThrownBy(() -> off.caches.cache(name)).hasMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "PT8785H"})
  void a_time_to_live_out_of_range_is_refused_everywhere(Duration ttl) {
    Cache<Long, Event> events = off.events();
    Event event = new Event(1, "e");

    for (Runnable call : List.<Runnable>of(
        () -> off.caches.cache("x").ttl(ttl),
        () -> off.caches.counters("x").ttl(ttl),
        () -> events.put(1L, event, ttl),
        () -> events.getOrLoad(1L, id -> event, ttl),
        () -> events.expire(1L, ttl))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from 1 ms to 366 days, was " + ttl);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 0.91, Double.NaN})
  void a_jitter_out_of_range_is_refused(double share) {
    assertThatThrownBy(() -> off.caches.cache("x").ttlJitter(share))
        .hasMessageContaining("was " + share);
  }

  @Test
  @Tag("C8")
  void classes_of_times_to_live_grow_from_half_a_minute_to_a_month() {
    assertThat(TtlClass.MOMENT.duration()).isEqualTo(Duration.ofSeconds(30));
    assertThat(TtlClass.MONTH.duration()).isEqualTo(Duration.ofDays(30));
    assertThat(List.of(TtlClass.values()))
        .isSortedAccordingTo((a, b) -> a.duration().compareTo(b.duration()));
  }

  @Test
  void switched_off_a_cache_holds_nothing_and_loads_everything() {
    Cache<Long, Event> events = off.events();
    Event event = new Event(1, "e");

    events.put(1L, event);
    events.putAll(Map.of(1L, event));

    assertThat(events.get(1L)).isEmpty();
    assertThat(events.getOrLoad(1L, id -> new Event(id, "from the source")).title())
        .isEqualTo("from the source");
    assertThat(events.getAllOrLoad(List.of(1L), ids -> Map.of(1L, event))).hasSize(1);
    assertThat(events.getAllOrLoad(List.of(2L, 1L), ids -> {
          assertThatThrownBy(ids::clear).isInstanceOf(UnsupportedOperationException.class);
          return Map.of(1L, event, 2L, event, 3L, event);
        }))
        .containsExactly(Map.entry(2L, event), Map.entry(1L, event));
    assertThatThrownBy(() -> events.getOrLoad(1L, CachesTest::nothing))
        .hasMessageContaining("loader of cache 'events' returned null");
    assertThat(events.delete(1L)).isFalse();
    assertThat(events.statistics()).isEqualTo(CacheStatistics.zero());
  }

  @Test
  void statistics_are_by_name() {
    off.events();

    assertThat(off.caches.statistics()).containsOnlyKeys("events");
  }

  @SuppressWarnings("NullAway") // the point of the test
  private static Event nothing(long id) {
    return null;
  }
}
