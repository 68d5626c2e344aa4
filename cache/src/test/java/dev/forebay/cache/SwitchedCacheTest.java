package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class SwitchedCacheTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration HOUR = Duration.ofHours(1);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> beneath;
  private final CacheSwitch mode = new CacheSwitch();
  private final Cache<Long, Event> events;
  private final List<Long> loaded = new ArrayList<>();

  SwitchedCacheTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    this.beneath = instance.events();
    this.events = switched(beneath, "event:{id}");
  }

  private <V> Cache<Long, V> switched(Cache<Long, V> cache, String template) {
    return new SwitchedCache<>(
        cache,
        new CacheKeys<>(
            "Cache", namespace.keyPrefix(), cache.name(), KeyTemplate.parse(template, Long.class)),
        mode);
  }

  private Cache<Long, String> notes(UnaryOperator<CacheBuilder<Long, String>> options) {
    CacheBuilder<Long, String> notes = instance
        .caches
        .cache("notes")
        .key("note:{id}", Long.class)
        .value(String.class)
        .ttl(BRIEF)
        .ttlJitter(0);
    return switched(options.apply(notes).build(), "note:{id}");
  }

  @Test
  @Tag("F11")
  void a_cache_that_is_off_is_neither_read_nor_filled() {
    events.put(1L, OLD);
    mode.change(CacheMode.off());

    assertThat(events.get(1L)).isEmpty();
    assertThat(events.getAll(List.of(1L))).isEmpty();
    assertThat(events.exists(1L)).isFalse();
    assertThat(events.ttl(1L)).isEmpty();
    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    assertThat(events.getOrLoad(2L, id -> NEW, Duration.ofMinutes(1))).isEqualTo(NEW);
    assertThat(events.getAllOrLoad(List.of(3L, 1L), this::load)).containsOnlyKeys(3L, 1L);
    assertThat(loaded).containsExactly(3L, 1L);
    assertThat(events.statistics().reads()).isZero();
    mode.change(CacheMode.on());
    assertThat(events.get(1L)).contains(OLD);
    assertThat(events.getAll(List.of(2L, 3L))).isEmpty();
  }

  @Test
  @Tag("F11")
  void what_changed_while_a_cache_was_off_is_not_served_when_it_is_on_again() {
    List<Long> ids = LongStream.rangeClosed(1, 10).boxed().toList();
    for (CacheMode meanwhile :
        List.of(CacheMode.off(), CacheMode.percent(0), CacheMode.shadow(), CacheMode.percent(50))) {
      mode.change(CacheMode.on());
      ids.forEach(id -> events.put(id, OLD));
      mode.change(meanwhile);
      events.delete(1L);
      events.put(2L, NEW);
      events.put(3L, NEW, Duration.ofMinutes(1));
      events.putAll(Map.of(4L, NEW));
      events.deleteAll(List.of(5L));
      events.deleteMatching("event:6");
      events.writeThrough(7L, NEW, (id, event) -> {});
      events.writeAround(8L, NEW, (id, event) -> {});
      events.beginInvalidation(List.of(9L)).close();
      assertThat(events.expire(10L, Duration.ofSeconds(10))).isTrue();
      mode.change(CacheMode.on());

      assertThat(events.getAll(ids.subList(0, 9)).values())
          .as(meanwhile.text())
          .doesNotContain(OLD);
      assertThat(events.ttl(10L).orElse(Duration.ZERO)).isLessThanOrEqualTo(Duration.ofSeconds(10));
      ids.forEach(id -> events.put(id, OLD));
      mode.change(meanwhile);
      events.clear();
      mode.change(CacheMode.on());
      assertThat(events.getAll(ids)).as(meanwhile.text()).isEmpty();
    }
  }

  @Test
  @Tag("F11")
  void in_shadow_everything_comes_from_the_source_and_hits_are_measured() {
    mode.change(CacheMode.shadow());

    assertThat(events.getOrLoad(1L, id -> OLD)).isEqualTo(OLD);
    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    assertThat(events.getOrLoad(1L, id -> NEW, Duration.ofMinutes(1))).isEqualTo(NEW);
    assertThat(events.getAllOrLoad(List.of(1L, 2L), this::load))
        .containsExactlyEntriesOf(sorted(load(Set.of(1L, 2L))));
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.getAll(List.of(1L, 2L))).isEmpty();

    assertThat(events.statistics().hits()).isEqualTo(6);
    assertThat(events.statistics().misses()).isEqualTo(2);
    mode.change(CacheMode.on());
    assertThat(events.get(1L)).contains(OLD);
  }

  @Test
  void in_shadow_the_failure_of_the_source_is_the_failure_of_the_read() {
    events.put(1L, OLD);
    mode.change(CacheMode.shadow());

    assertThatThrownBy(() -> events.getOrLoad(1L, id -> {
          throw new IllegalStateException("no source");
        }))
        .hasMessage("no source");
  }

  @Test
  void in_shadow_a_batch_that_fails_is_not_served_what_has_expired() {
    Cache<Long, String> notes = notes(cache -> cache.serveStaleOnErrorFor(HOUR));
    notes.putAll(Map.of(1L, "old", 2L, "old"));
    await().until(() -> notes.getAll(List.of(1L, 2L)).isEmpty());
    mode.change(CacheMode.shadow());

    assertThatThrownBy(() -> notes.getAllOrLoad(List.of(1L, 2L), ids -> {
          throw new IllegalStateException("no source");
        }))
        .hasMessage("no source");
  }

  @Test
  void in_shadow_a_batch_is_not_served_what_is_being_refreshed() {
    Cache<Long, String> notes = notes(cache -> cache.serveStaleFor(HOUR));
    notes.put(1L, "old");
    await().until(() -> notes.ttl(1L).orElse(Duration.ZERO).isZero());
    mode.change(CacheMode.shadow());
    Gate refreshing = new Gate();

    Map<Long, String> read = notes.getAllOrLoad(List.of(1L, 2L), ids -> {
      if (ids.contains(1L)) {
        refreshing.open();
      } else {
        refreshing.awaitOpen();
      }
      Map<Long, String> found = new HashMap<>();
      ids.forEach(id -> found.put(id, "new"));
      return found;
    });

    assertThat(read).containsOnly(Map.entry(1L, "new"), Map.entry(2L, "new"));
  }

  @Test
  void in_shadow_a_key_that_the_source_has_no_value_of_is_asked_for_once() {
    mode.change(CacheMode.shadow());
    AtomicInteger asked = new AtomicInteger();

    assertThat(events.getAllOrLoad(List.of(1L, 2L), ids -> {
          asked.addAndGet(ids.size());
          return Map.of(1L, NEW);
        }))
        .containsOnly(Map.entry(1L, NEW));
    assertThat(asked).hasValue(2);
  }

  @Test
  @Tag("F11")
  void a_share_of_the_keys_is_served_from_the_cache_the_others_from_the_source() {
    List<Long> ids = LongStream.range(0, 400).boxed().toList();
    Map<Long, Event> old = new HashMap<>();
    ids.forEach(id -> old.put(id, OLD));
    events.putAll(old);
    mode.change(CacheMode.percent(25));

    Map<Long, Event> read = events.getAllOrLoad(ids, this::load);

    long cached = read.values().stream().filter(OLD::equals).count();
    assertThat(read.keySet()).containsExactlyElementsOf(ids);
    assertThat(cached).isBetween(60L, 140L);
    assertThat(loaded).hasSize(400 - (int) cached);
    assertThat(events.getAll(ids)).hasSize((int) cached);
    assertThat(ids.stream().filter(id -> events.get(id).isPresent()).count()).isEqualTo(cached);
    assertThat(ids.stream()
            .filter(id -> events.getOrLoad(id, key -> NEW).equals(OLD))
            .count())
        .isEqualTo(cached);
  }

  private Map<Long, Event> load(Set<Long> ids) {
    loaded.addAll(ids);
    Map<Long, Event> values = new HashMap<>();
    ids.forEach(id -> values.put(id, new Event(id, "loaded")));
    return values;
  }

  private static Map<Long, Event> sorted(Map<Long, Event> values) {
    return new TreeMap<>(values);
  }
}
