package dev.forebay.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class InventoryTest {

  @Test
  @Tag("C14")
  void each_cache_tells_its_entries_and_their_memory(@OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "dev_")) {
      putEvents(instance, 300, "x".repeat(1_000));
      server.execute("SET", "dev_other:1", "x".repeat(100_000));

      Map<String, CacheInventory> found =
          new InventorySample(instance.redis.commands(), owners(), InventorySample.KEYS).take();

      CacheInventory events = requireNonNull(found.get("events"));
      assertThat(events.exact()).isTrue();
      assertThat(events.entries()).isEqualTo(300);
      double weight = (Long) requireNonNull(server.execute("MEMORY", "USAGE", "dev_event:1"));
      assertThat(events.averageBytes()).isCloseTo(weight, within(weight * 0.2));
      assertThat(found).containsEntry("items", CacheInventory.nothing());
    }
  }

  @Test
  void a_bounded_look_at_many_keys_is_scaled_up(@OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "dev_")) {
      putEvents(instance, 3_000, "short");
      server.execute(
          "EVAL", "for i = 1, 17000 do redis.call('SET', 'dev_other:' .. i, '') end", "0");

      Map<String, CacheInventory> found =
          new InventorySample(instance.redis.commands(), owners(), 5_000).take();

      CacheInventory events = requireNonNull(found.get("events"));
      assertThat(events.exact()).isFalse();
      assertThat(events.sampledEntries()).isBetween(400L, 1_500L);
      assertThat((double) events.entries()).isCloseTo(3_000, within(900.0));
    }
  }

  private static void putEvents(CachesFixture instance, int count, String title) {
    Map<Long, Event> events = new HashMap<>();
    LongStream.rangeClosed(1, count).forEach(id -> events.put(id, new Event(id, title)));
    instance.events().putAll(events);
  }

  private static Map<String, Predicate<String>> owners() {
    return Map.of(
        "events",
            new CacheKeys<>("Cache", "dev_", "events", KeyTemplate.parse("event:{id}", Long.class))
                ::isName,
        "items",
            new CacheKeys<>("Cache", "dev_", "items", KeyTemplate.parse("item:{id}", Long.class))
                ::isName);
  }
}
