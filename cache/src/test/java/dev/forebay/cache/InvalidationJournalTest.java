package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made up for, and when Redis is read again. */
@RedisTest
@Timeout(60)
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

  @Test
  void what_redis_cannot_renew_for_want_of_memory_is_outdated_at_once(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = tagged(instance);
      Cache<Long, Event> elsewhere = tagged(other);
      elsewhere.putAll(Map.of(1L, OLD, 2L, OLD, 3L, OLD));
      server.execute("CONFIG", "SET", "maxmemory", "1");

      events.deleteTagged(List.of("a", "b"));
      assertThat(elsewhere.getAll(List.of(1L, 2L, 3L))).containsOnlyKeys(3L);
      events.clear();
      assertThat(elsewhere.get(3L)).isEmpty();

      assertThat(instance.caches.owesNothing()).isTrue();
      assertThat(events.statistics().failures()).isZero();
      server.execute("CONFIG", "SET", "maxmemory", "0");
      elsewhere.put(1L, NEW);
      assertThat(events.getAll(List.of(1L, 2L, 3L))).containsOnly(Map.entry(1L, NEW));
    }
  }

  @Test
  void an_epoch_that_redis_refuses_holds_up_no_deletion(@OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "+@all", "allchannels");
    server.execute("ACL", "SETUSER", "app", "~#epoch:events", "~#epoch:events:a");
    server.execute("ACL", "SETUSER", "app", "~event:*", "~#lease:*");
    String app = "redis://app:pw@127.0.0.1:" + server.port();
    try (CachesFixture instance = CachesFixture.on(app, "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = tagged(instance);
      Cache<Long, Event> elsewhere = tagged(other);
      elsewhere.put(1L, OLD);
      events.deleteTagged("b");
      assertThat(instance.caches.owesNothing()).isFalse();

      events.put(1L, NEW);

      assertThat(elsewhere.get(1L)).isEmpty();
      assertThat(instance.caches.owesNothing()).isFalse();
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

  @Test
  void a_block_whose_end_redis_refuses_ends_later_and_blocks_of_others_last(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "");
        CachesFixture other = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      PendingInvalidation theirs = other.events().beginInvalidation(List.of(2L));
      PendingInvalidation pending = events.beginInvalidation(List.of(1L, 2L));
      server.execute("ACL", "SETUSER", "default", "-unlink");
      pending.close();
      assertThat(instance.caches.owesNothing()).isFalse();
      assertThat(server.execute("EXISTS", "#lease:{event:1}")).isEqualTo(1L);

      server.execute("ACL", "SETUSER", "default", "+unlink");

      await().until(instance.caches::owesNothing);
      assertThat(server.execute("EXISTS", "#lease:{event:1}")).isEqualTo(0L);
      assertThat(server.execute("EXISTS", "#lease:{event:2}")).isEqualTo(1L);
      theirs.close();
      assertThat(server.execute("EXISTS", "#lease:{event:2}")).isEqualTo(0L);
    }
  }

  @Test
  void a_put_that_finds_the_journal_being_made_up_for_is_stored_and_not_noted(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture instance = CachesFixture.on(proxy.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      events.put(1L, OLD);
      server.execute("ACL", "SETUSER", "default", "-unlink");
      events.delete(1L);
      assertThat(instance.caches.owesNothing()).isFalse();
      proxy.stall();
      server.execute("ACL", "SETUSER", "default", "+unlink");
      FutureTask<Optional<Event>> makingUp = new FutureTask<>(() -> events.get(2L));
      Thread thread = new Thread(makingUp);
      thread.start();
      // It waits for Redis, or has been sent away as somebody else does.
      Set<Thread.State> waiting = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
      await().until(() -> makingUp.isDone() || waiting.contains(thread.getState()));

      CompletableFuture<Void> put = CompletableFuture.runAsync(() -> events.put(3L, NEW));
      await().during(Duration.ofMillis(200)).until(() -> !put.isDone());
      proxy.heal();
      put.join();

      await().untilAsserted(() -> assertThat(events.get(3L)).contains(NEW));
      assertThat(instance.caches.owesNothing()).isTrue();
      assertThat(events.get(1L)).isEmpty();
    }
  }
}
