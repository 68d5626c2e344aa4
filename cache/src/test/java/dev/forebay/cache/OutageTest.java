package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RedisTest
class OutageTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");

  @Test
  @Tag("C2")
  @Tag("F6")
  void without_redis_everything_comes_from_the_source(@OwnServer EmbeddedRedis server) {
    server.stop();
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      Counters<Long> views =
          instance.caches.counters("views").key("views:{id}", Long.class).build();

      assertThat(events.getOrLoad(1L, id -> OLD)).isEqualTo(OLD);
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(events.getAllOrLoad(List.of(1L), ids -> Map.of(1L, NEW))).containsEntry(1L, NEW);
      assertThat(events.get(1L)).isEmpty();
      assertThat(events.getAll(List.of(1L, 2L))).isEmpty();
      events.put(1L, NEW);
      events.putAll(Map.of(1L, NEW));
      assertThat(events.delete(1L)).isFalse();
      assertThat(events.deleteAll(List.of(1L))).isZero();
      assertThat(events.exists(1L)).isFalse();
      assertThat(events.ttl(1L)).isEmpty();
      assertThat(events.expire(1L, Duration.ofSeconds(1))).isFalse();
      assertThat(views.increment(1L)).isEqualTo(OptionalLong.empty());
      assertThat(views.get(1L)).isEqualTo(OptionalLong.empty());
      assertThat(views.reset(1L)).isFalse();
      assertThat(events.statistics().failures()).isPositive();
      assertThat(events.statistics().hits()).isZero();
    }
  }

  @Test
  void hits_come_back_when_redis_does(@OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      lose(server, instance);
      assertThat(events.getOrLoad(1L, id -> OLD)).isEqualTo(OLD);
      regain(server, instance);

      events.getOrLoad(1L, id -> OLD);
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(OLD);
      assertThat(events.statistics().hits()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_was_deleted_or_put_during_an_outage_is_not_served_after_it(
      boolean killed, @OwnServer(appendOnly = true) EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "appendfsync", "always");
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      LongStream.rangeClosed(1, 4).forEach(id -> events.put(id, OLD));
      if (killed) {
        server.kill();
      } else {
        server.stop();
      }
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      events.delete(1L);
      events.put(2L, NEW);
      events.deleteAll(List.of(3L));
      regain(server, instance);

      // While the journal is replayed, everything comes from the source.
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(events.getOrLoad(2L, id -> NEW)).isEqualTo(NEW);
      assertThat(events.getAllOrLoad(List.of(3L), ids -> Map.of(3L, NEW))).containsValue(NEW);
      await().untilAsserted(() -> assertThat(events.get(4L)).contains(OLD));
    }
  }

  @Test
  void other_instances_are_rid_of_it_too_before_anyone_here_reads(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      Cache<Long, Event> elsewhere = other.events();
      events.put(1L, OLD);
      events.put(2L, OLD);
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      events.delete(1L);
      server.restart();

      await().untilAsserted(() -> assertThat(elsewhere.get(2L)).contains(OLD));
      await().untilAsserted(() -> assertThat(elsewhere.get(1L)).isEmpty());
    }
  }

  @Test
  void an_entry_that_redis_refuses_to_overwrite_is_deleted_instead(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      Cache<Long, Event> elsewhere = other.events();
      events.put(1L, OLD);
      server.execute("CONFIG", "SET", "maxmemory", "1");

      events.put(1L, NEW);

      assertThat(elsewhere.get(1L)).isEmpty();
    }
  }

  @Test
  void what_could_not_be_deleted_is_tried_again_without_anyone_asking(
      @OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-unlink");
    String app = "redis://app:pw@127.0.0.1:" + server.port();
    try (CachesFixture instance = CachesFixture.on(app, "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      Cache<Long, Event> elsewhere = other.events();
      events.put(1L, OLD);
      events.delete(1L);
      assertThat(elsewhere.get(1L)).contains(OLD);

      server.execute("ACL", "SETUSER", "app", "+unlink");

      await().untilAsserted(() -> assertThat(elsewhere.get(1L)).isEmpty());
    }
  }

  @Test
  @Tag("C2")
  void who_may_neither_send_nor_hear_messages_asks_whether_a_load_has_ended(
      @OwnServer EmbeddedRedis server) throws Exception {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-@pubsub");
    String app = "redis://app:pw@127.0.0.1:" + server.port();
    try (CachesFixture instance = CachesFixture.on(app, "");
        CachesFixture other = CachesFixture.on(app, "")) {
      Cache<Long, Event> elsewhere = other.events();
      SlowLoad<Event> load = SlowLoad.begin(instance.events(), OLD);
      FutureTask<Event> waiting = new FutureTask<>(() -> elsewhere.getOrLoad(1L, id -> NEW));
      new Thread(waiting, "waiting").start();
      await().until(() -> elsewhere.statistics().waits() > 0);
      load.release();

      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(OLD);
      assertThat(load.result()).isEqualTo(OLD);
      assertThat(String.valueOf(server.execute("ACL", "LOG"))).contains("publish", "subscribe");
    }
  }

  @Test
  void an_error_in_a_listener_loses_no_deletion(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      events.put(1L, OLD);
      instance.caches.addListener(new CacheListener() {
        @Override
        public void onFailure(String cache, String operation, RuntimeException failure) {
          throw new NoClassDefFoundError("a listener's own bug");
        }
      });
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      events.delete(1L);
      regain(server, instance);

      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    }
  }

  @Test
  void more_deletions_than_the_journal_holds_empty_the_whole_cache_and_nothing_else(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "p_")) {
      Cache<Long, Event> events = instance.events();
      Counters<Long> views =
          instance.caches.counters("views").key("event:{id}:views", Long.class).build();
      events.put(0L, OLD);
      events.put(1L, OLD);
      views.add(1L, 42);
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      events.deleteAll(
          LongStream.rangeClosed(2, InvalidationJournal.CAPACITY + 1L).boxed().toList());
      events.delete(1L);
      regain(server, instance);

      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      await().untilAsserted(() -> assertThat(events.get(0L)).isEmpty());
      assertThat(views.get(1L)).hasValue(42);
    }
  }

  @Test
  void a_server_that_hangs_costs_a_call_one_time_out(@OwnServer EmbeddedRedis server) {
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .commandTimeout(Duration.ofMillis(300))
        .build();
    try (CachesFixture instance = CachesFixture.on(settings)) {
      Cache<Long, Event> events = instance.events();
      await().until(() -> {
        events.put(1L, OLD);
        return events.get(1L).isPresent();
      });
      // Those of this cache; what instances tell each other in the background times out as well.
      long before = events.statistics().failures();
      server.pause();
      try {
        assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(events.statistics().failures()).isEqualTo(before + 1);
        events.deleteAll(LongStream.range(0, 2_500).boxed().toList());
        assertThat(events.statistics().failures()).isEqualTo(before + 2);
      } finally {
        server.resume();
      }

      // The deletion is noted, so the old value is never seen again.
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      await().untilAsserted(() -> {
        assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(events.get(1L)).contains(NEW);
      });
    }
  }

  private static void lose(EmbeddedRedis server, CachesFixture instance) {
    server.kill();
    await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
  }

  private static void regain(EmbeddedRedis server, CachesFixture instance) {
    server.restart();
    await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);
  }
}
