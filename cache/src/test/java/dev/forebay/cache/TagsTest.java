package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries that many tags outdate together. */
@RedisTest
@Timeout(60)
class TagsTest {

  private static final int ENTRIES = 40;

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> events;
  private final Map<Long, Event> all = new LinkedHashMap<>();

  TagsTest(RedisNamespace namespace) {
    this.instance = CachesFixture.on(namespace);
    this.events = instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("id/" + id, id % 2 == 0 ? "even" : "odd"))
        .build();
    LongStream.range(0, ENTRIES).forEach(id -> all.put(id, new Event(id, "event " + id)));
    events.putAll(all);
  }

  @Test
  void entries_with_any_of_the_tags_are_outdated_and_no_others() {
    events.deleteTagged(List.of("id/1", "id/4", "even", "id/1", "of no entry"));

    assertThat(events.getAll(all.keySet()).keySet())
        .containsExactlyElementsOf(LongStream.range(0, ENTRIES)
            .filter(id -> id % 2 == 1 && id != 1)
            .boxed()
            .toList());
    assertThat(events.statistics().failures()).isZero();
  }

  @Test
  void no_tags_outdate_nothing() {
    events.deleteTagged(List.of());

    assertThat(events.getAll(all.keySet())).isEqualTo(all);
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_null_among_the_tags_is_refused_before_any_is_outdated() {
    assertThatThrownBy(() -> events.deleteTagged(Arrays.asList("even", null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Cache 'events' was given a null tag");

    assertThat(events.getAll(all.keySet())).isEqualTo(all);
  }

  @Test
  void tags_are_outdated_while_their_cache_is_off() {
    CacheSwitches switches = instance.caches.switches();
    assertThat(switches.set("events", CacheMode.off())).isTrue();
    events.deleteTagged(List.of("even", "id/3"));
    assertThat(switches.set("events", CacheMode.on())).isTrue();

    assertThat(events.get(2L)).isEmpty();
    assertThat(events.get(3L)).isEmpty();
    assertThat(events.get(5L)).isPresent();
  }
}
