package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every invalidation is an event that says what it takes, for others to act upon. */
@RedisTest
@Tag("C17")
class InvalidationTest {

  private static final Event FETE = new Event(1, "Fête");

  private final RedisNamespace namespace;

  InvalidationTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  void each_invalidation_says_which_entries_it_takes() {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, Event> events = instance.events();
      List<Told> told = listenTo(instance);
      Map<Long, Event> two = new LinkedHashMap<>();
      two.put(2L, FETE);
      two.put(3L, FETE);

      events.getOrLoad(1L, id -> FETE);
      events.put(1L, FETE);
      events.putAll(two);
      events.delete(1L);
      events.deleteAll(List.of(2L, 9L));
      events.deleteMatching("event:*");
      events.writeThrough(4L, FETE, (id, event) -> {});
      events.writeAround(5L, FETE, (id, event) -> {});
      assertThatThrownBy(() -> events.writeThrough(6L, FETE, InvalidationTest::fail))
          .hasMessage("no room for 6");
      assertThatThrownBy(() -> events.writeAround(7L, FETE, InvalidationTest::fail))
          .hasMessage("no room for 7");

      assertThat(told)
          .containsExactly(
              new Told("events", new Invalidation.ByKeys(List.of("event:1")), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:2", "event:3")), 2),
              new Told("events", new Invalidation.ByKeys(List.of("event:1")), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:2", "event:9")), 2),
              new Told("events", new Invalidation.ByPattern("event:*"), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:4")), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:5")), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:6")), 1),
              new Told("events", new Invalidation.ByKeys(List.of("event:7")), 1));
    }
  }

  private static void fail(long id, Event event) {
    throw new IllegalStateException("no room for " + id);
  }

  @Test
  void one_that_waits_for_a_commit_is_told_when_it_has_ended() {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, Event> events = instance.events();
      List<Told> told = listenTo(instance);

      PendingInvalidation pending = events.beginInvalidation(List.of(1L, 2L));
      assertThat(told).isEmpty();
      pending.close();

      assertThat(told)
          .containsExactly(
              new Told("events", new Invalidation.ByKeys(List.of("event:1", "event:2")), 2));
    }
  }

  @Test
  void of_a_batch_of_which_a_value_is_refused_all_are_told_as_none_is_what_it_was() {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, String> texts = instance
          .caches
          .cache("texts")
          .key("text:{id}", Long.class)
          .value(String.class)
          .validate(text -> !text.isEmpty())
          .build();
      List<Told> told = listenTo(instance);
      Map<Long, String> two = new LinkedHashMap<>();
      two.put(1L, "text");
      two.put(2L, "");

      assertThatThrownBy(() -> texts.putAll(two)).isInstanceOf(RefusedValueException.class);

      assertThat(told)
          .containsExactly(
              new Told("texts", new Invalidation.ByKeys(List.of("text:1", "text:2")), 2));
    }
  }

  @Test
  void tags_that_are_outdated_together_are_told_one_by_one_and_each_once() {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, Event> events = instance.events();
      List<Told> told = listenTo(instance);

      events.deleteTagged(List.of("a", "b", "a"));
      events.deleteTagged(List.of());
      events.deleteTagged("c");
      events.clear();

      assertThat(told)
          .containsExactly(
              new Told("events", new Invalidation.ByTag("a"), 0),
              new Told("events", new Invalidation.ByTag("b"), 0),
              new Told("events", new Invalidation.ByTag("c"), 0),
              new Told("events", new Invalidation.All(), 0));
    }
  }

  @Test
  void other_parts_act_on_it_after_the_entry_is_gone() {
    try (CachesFixture instance = CachesFixture.on(namespace)) {
      Cache<Long, Event> events = instance.events();
      Set<String> cdn = new TreeSet<>(Set.of("/events/1", "/events/2"));
      List<Boolean> stillCached = new ArrayList<>();
      instance.caches.addListener(new CacheListener() {
        @Override
        public void onInvalidation(String cache, Invalidation what, long count) {
          if (what instanceof Invalidation.ByKeys by) {
            by.names().forEach(name -> cdn.remove("/events/" + name.substring("event:".length())));
          } else {
            cdn.clear();
          }
          stillCached.add(events.exists(1L));
        }
      });
      events.getOrLoad(1L, id -> FETE);

      events.delete(1L);
      assertThat(cdn).containsExactly("/events/2");
      assertThat(stillCached).containsExactly(false);

      events.deleteMatching("event:*");
      assertThat(cdn).isEmpty();
    }
  }

  @Test
  void an_invalidation_that_redis_did_not_take_is_told_all_the_same(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      List<Told> told = listenTo(instance);
      server.kill();

      events.delete(1L);
      events.deleteTagged(List.of("a", "b"));

      assertThat(told)
          .containsExactly(
              new Told("events", new Invalidation.ByKeys(List.of("event:1")), 1),
              new Told("events", new Invalidation.ByTag("a"), 0),
              new Told("events", new Invalidation.ByTag("b"), 0));
    }
  }

  private static List<Told> listenTo(CachesFixture instance) {
    List<Told> told = new ArrayList<>();
    instance.caches.addListener(new CacheListener() {
      @Override
      public void onInvalidation(String cache, Invalidation what, long count) {
        told.add(new Told(cache, what, count));
      }
    });
    return told;
  }

  private record Told(String cache, Invalidation what, long count) {}
}
