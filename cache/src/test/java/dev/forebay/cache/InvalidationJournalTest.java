package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made up for, and when Redis is read again. */
@RedisTest
@Timeout(120)
class InvalidationJournalTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");

  @Test
  void of_tags_outdated_together_those_that_redis_refuses_are_outdated_later_and_only_those(
      @OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "+@all", "allchannels");
    server.execute("ACL", "SETUSER", "app", "~#epoch:events:a", "~#epoch:events:c");
    String app = "redis://app:pw@127.0.0.1:" + server.port();
    try (CachesFixture instance = CachesFixture.on(app, "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = tagged(instance);
      Cache<Long, Event> elsewhere = tagged(other);
      elsewhere.putAll(Map.of(1L, OLD, 2L, OLD, 3L, OLD));

      events.deleteTagged(List.of("a", "b", "c"));

      assertThat(events.statistics().failures()).isEqualTo(1);
      assertThat(elsewhere.getAll(List.of(1L, 2L, 3L))).containsOnlyKeys(2L);
      elsewhere.put(1L, NEW);
      assertThat(instance.caches.owesNothing()).isFalse();
      server.execute("ACL", "SETUSER", "app", "allkeys");
      await().untilAsserted(() -> assertThat(elsewhere.get(2L)).isEmpty());
      assertThat(elsewhere.get(1L)).contains(NEW);
      await().until(instance.caches::owesNothing);
    }
  }

  private static Cache<Long, Event> tagged(CachesFixture instance) {
    Map<Long, List<String>> tags = Map.of(1L, List.of("a"), 2L, List.of("b"), 3L, List.of("c"));
    return instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> tags.getOrDefault(id, List.of()))
        .build();
  }
}
