package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Epochs that Redis loses, while entries that they had outdated are still there, or come back. */
@RedisTest
@Tag("F14")
@Timeout(120)
class EpochLossTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<String> EPOCHS =
      List.of("#epoch:cleared", "#epoch:tagged", "#epoch:tagged:all");

  @Test
  void what_was_outdated_stays_so_when_its_epochs_are_evicted() {
    Map<Long, Event> old = new LinkedHashMap<>();
    LongStream.rangeClosed(1, 100).forEach(id -> old.put(id, OLD));
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .setting("maxmemory", "8mb")
            .setting("maxmemory-policy", "allkeys-lru")
            .setting("maxmemory-samples", "64")
            .start();
        CachesFixture here = CachesFixture.on(server.uri(), "");
        CachesFixture there = CachesFixture.on(server.uri(), "")) {
      List<Cache<Long, Event>> caches = List.of(cache(here, "cleared"), cache(here, "tagged"));
      List<Cache<Long, Event>> others = List.of(cache(there, "cleared"), cache(there, "tagged"));
      caches.forEach(cache -> cache.putAll(old));
      others.forEach(cache -> assertThat(cache.getAll(old.keySet())).hasSize(old.size()));
      others.get(0).clear();
      others.get(1).deleteTagged("all");

      evictEpochs(
          here.redis.commands(),
          old.keySet().stream()
              .flatMap(id -> Stream.of("cleared:" + id, "tagged:" + id))
              .toList());

      for (int i = 0; i < caches.size(); i++) {
        Cache<Long, Event> cache = caches.get(i);
        Cache<Long, Event> other = others.get(i);
        assertThat(old.keySet())
            .as("entries that were not evicted")
            .anyMatch(
                id -> here.redis.commands().exists(cache.name() + ":" + id).await());
        assertThat(old.keySet()).noneMatch(cache::exists);
        assertThat(cache.getAll(old.keySet())).isEmpty();
        assertThat(other.getAll(old.keySet())).isEmpty();

        cache.put(0L, NEW); // by an instance that remembers the epoch from before
        assertThat(other.get(0L)).contains(NEW);
        assertThat(cache.getAll(old.keySet())).isEmpty();
        assertThat(other.getAll(old.keySet())).isEmpty();
        assertThat(other.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(cache.get(1L)).contains(NEW);
      }
    }
  }

  enum Renewal {
    CLEAR(Cache::clear),
    TAG(cache -> cache.deleteTagged("all"));

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, Event>> operation;

    Renewal(Consumer<Cache<Long, Event>> operation) {
      this.operation = operation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_was_outdated_stays_so_when_redis_is_flushed_right_after(
      Renewal renewal, @OwnServer EmbeddedRedis server) throws Exception {
    try (CachesFixture here = CachesFixture.on(server.uri(), "");
        CachesFixture there = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = cache(here, "events");
      Cache<Long, Event> others = cache(there, "events");
      RedisCommands redis = here.redis.commands();
      events.put(2L, OLD);
      byte[] stored = redis.get("events:2").await().orElseThrow();
      SlowLoad<Event> slow = SlowLoad.begin(events, OLD);

      renewal.operation.accept(others);
      server.execute("FLUSHDB");
      redis.set("events:2", stored, HOUR).await(); // as from a backup
      slow.release();

      assertThat(slow.result()).isEqualTo(OLD);
      assertThat(others.get(1L)).isEmpty();
      assertThat(others.get(2L)).isEmpty();
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(events.getOrLoad(2L, id -> NEW)).isEqualTo(NEW);
      assertThat(others.get(1L)).contains(NEW);
      assertThat(others.get(2L)).contains(NEW);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_load_from_before_a_flush_replaces_nothing_that_was_loaded_after_it(
      Renewal renewal, @OwnServer EmbeddedRedis server) throws Exception {
    try (CachesFixture here = CachesFixture.on(server.uri(), "");
        CachesFixture there = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = cache(here, "events");
      Cache<Long, Event> others = cache(there, "events");
      SlowLoad<Event> slow = SlowLoad.begin(events, OLD);

      server.execute("FLUSHDB");
      renewal.operation.accept(others);
      assertThat(others.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      slow.release();

      assertThat(slow.result()).isEqualTo(OLD);
      assertThat(events.get(1L)).contains(NEW);
    }
  }

  @Test
  void epochs_live_on_while_entries_are_loaded_or_put(@OwnServer EmbeddedRedis server) {
    try (CachesFixture here = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = cache(here, "events");
      AtomicLong next = new AtomicLong();
      List<Consumer<Map<Long, Event>>> uses =
          List.of(fresh -> events.getAllOrLoad(fresh.keySet(), ids -> fresh), events::putAll);
      events.put(0L, NEW);
      for (Consumer<Map<Long, Event>> use : uses) {
        for (String epoch : List.of("#epoch:events", "#epoch:events:all")) {
          Object text = server.execute("GET", epoch);
          server.execute("PEXPIRE", epoch, "60000");

          await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> {
            for (int i = 0; i < 1_000; i++) {
              use.accept(Map.of(next.incrementAndGet(), NEW));
            }
            // Longer than the longest time to live and the longest time to be stale.
            assertThat((Long) server.execute("PTTL", epoch))
                .isGreaterThan(Duration.ofDays(2 * 366).toMillis());
          });
          assertThat(server.execute("GET", epoch)).isEqualTo(text);
        }
      }
      assertThat(events.get(0L)).contains(NEW);
    }
  }

  private static Cache<Long, Event> cache(CachesFixture instance, String name) {
    return instance
        .caches
        .cache(name)
        .key(name + ":{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("all"))
        .build();
  }

  /** Writes until Redis has evicted the epochs; keys that are {@code used} meanwhile it keeps. */
  private static void evictEpochs(RedisCommands redis, List<String> used) {
    byte[] filling = new byte[1_000];
    long[] written = {0};
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> {
      List<Reply<String>> writes = LongStream.range(written[0], written[0] + 500)
          .mapToObj(number -> redis.set("filling:" + number, filling, HOUR))
          .toList();
      writes.forEach(Reply::await);
      written[0] += writes.size();
      redis.mget(used).await();
      return EPOCHS.stream().noneMatch(epoch -> redis.exists(epoch).await());
    });
  }
}
