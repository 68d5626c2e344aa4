package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be stale, and until when, after outages that Redis survives with its data. */
@RedisTest
@Tag("F14")
@Timeout(120)
class StalenessTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");

  /** The ways to change a row, but for those that {@link OutageTest} has. */
  enum Change {
    CLEAR(Cache::clear),
    TAG(cache -> cache.deleteTagged("all")),
    TAGS(cache -> cache.deleteTagged(List.of("none", "all"))),
    PATTERN(cache -> cache.deleteMatching(cache.name() + ":*")),
    WRITE_THROUGH(cache -> cache.writeThrough(1L, NEW, (id, event) -> {})),
    WRITE_AROUND(cache -> cache.writeAround(1L, NEW, (id, event) -> {})),
    TRANSACTION(cache -> cache.beginInvalidation(List.of(1L)).close()),
    PUT_ALL(cache -> cache.putAll(Map.of(1L, NEW)));

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, Event>> operation;

    Change(Consumer<Cache<Long, Event>> operation) {
      this.operation = operation;
    }

    Cache<Long, Event> cache(CachesFixture instance) {
      return StalenessTest.cache(instance, name());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_was_changed_in_whatever_way_while_redis_was_down_is_not_served_from_before(
      boolean killed, @OwnServer(appendOnly = true) EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "appendfsync", "always");
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture here = CachesFixture.on(proxy.uri(), "");
        CachesFixture there = CachesFixture.on(proxy.uri(), "")) {
      Map<Change, Cache<Long, Event>> caches = new EnumMap<>(Change.class);
      Map<Change, Cache<Long, Event>> others = new EnumMap<>(Change.class);
      for (Change change : Change.values()) {
        caches.put(change, change.cache(here));
        others.put(change, change.cache(there));
      }
      caches.values().forEach(cache -> cache.put(1L, OLD));
      proxy.refuse();
      if (killed) {
        server.kill();
      } else {
        server.stop();
      }
      awaitState(here, ConnectionState.DISCONNECTED);

      caches.forEach((change, cache) -> change.operation.accept(cache));
      server.restart();
      for (Change change : Change.values()) {
        assertThat(server.execute("EXISTS", change + ":1"))
            .as("%s before", change)
            .isEqualTo(1L);
      }
      proxy.heal();
      awaitState(here, ConnectionState.CONNECTED);

      caches.forEach((change, cache) ->
          assertThat(cache.getOrLoad(1L, id -> NEW)).as("here after %s", change).isEqualTo(NEW));
      awaitState(there, ConnectionState.CONNECTED);
      await().until(here.caches::owesNothing);
      others.forEach((change, cache) -> assertThat(cache.getOrLoad(1L, id -> NEW))
          .as("elsewhere after %s", change)
          .isEqualTo(NEW));
    }
  }

  @Test
  void an_instance_that_alone_is_cut_off_is_never_stale_and_others_until_it_is_back(
      @OwnServer EmbeddedRedis server) {
    Map<Long, Event> source = new ConcurrentHashMap<>(Map.of(1L, OLD, 2L, OLD, 3L, OLD));
    Loader<Long, Event, RuntimeException> loader = id -> Objects.requireNonNull(source.get(id));
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture alone = impatient(proxy);
        CachesFixture together = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = cache(alone, "events");
      Cache<Long, Event> others = cache(together, "events");
      source.keySet().forEach(id -> assertThat(others.getOrLoad(id, loader)).isEqualTo(OLD));
      await().untilAsserted(() -> assertThat(events.get(3L)).contains(OLD));
      proxy.refuse();
      proxy.cut();
      awaitState(alone, ConnectionState.DISCONNECTED);

      source.put(1L, NEW);
      events.delete(1L);
      source.put(2L, NEW);
      others.put(2L, NEW);

      assertThat(events.getOrLoad(1L, loader)).isEqualTo(NEW);
      assertThat(events.getOrLoad(2L, loader)).isEqualTo(NEW);
      assertThat(others.getOrLoad(2L, loader)).isEqualTo(NEW);
      // Nobody could tell the others of row 1.
      assertThat(others.getOrLoad(1L, loader)).isEqualTo(OLD);

      proxy.heal();
      awaitState(alone, ConnectionState.CONNECTED);
      assertThat(events.getOrLoad(1L, loader)).isEqualTo(NEW);
      assertThat(events.getOrLoad(2L, loader)).isEqualTo(NEW);
      await().until(alone.caches::owesNothing);
      assertThat(others.getOrLoad(1L, loader)).isEqualTo(NEW);
      await().untilAsserted(() -> assertThat(events.get(2L)).contains(NEW));
      await().untilAsserted(() -> assertThat(events.get(3L)).contains(OLD));
    }
  }

  @Test
  void a_put_that_arrives_late_is_served_until_its_instance_has_deleted_it(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture slow = impatient(proxy);
        CachesFixture quick = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = cache(slow, "events");
      Cache<Long, Event> others = cache(quick, "events");
      await().untilAsserted(() -> {
        events.put(1L, OLD);
        assertThat(events.get(1L)).contains(OLD);
      });
      proxy.stall(Direction.TO_SERVER);
      events.put(1L, OLD); // no answer in time
      others.put(1L, NEW);
      assertThat(slow.caches.owesNothing()).isFalse();
      assertThat(others.get(1L)).contains(NEW);

      proxy.heal();

      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      await().until(slow.caches::owesNothing);
      assertThat(others.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    }
  }

  @Test
  @Tag("C5")
  void a_process_that_is_killed_after_its_commit_leaves_a_block_or_what_it_should_have_deleted(
      @OwnServer EmbeddedRedis server) throws Exception {
    try (ChildJvm dying = ChildJvm.start(CommittingProcess.class, server.uri());
        CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = CommittingProcess.events(instance);
      assertThat(dying.readLine()).isEqualTo("READY");
      CommittingProcess.ROWS.forEach(id -> events.put(id, OLD));
      assertThat(dying.ask("begin")).isEqualTo("BEGUN");
      // From here on the source has the new rows.
      dying.kill();

      requireBlocked(server, events, CommittingProcess.WRITTEN_AROUND);
      requireBlocked(server, events, CommittingProcess.IN_TRANSACTION);
      requireOldUntilItExpires(events, CommittingProcess.TO_BE_DELETED);
      requireOldUntilItExpires(events, CommittingProcess.TO_BE_OUTDATED);
    }
  }

  @Test
  @Tag("C5")
  void and_so_it_does_when_redis_was_down_as_it_committed(
      @OwnServer(appendOnly = true) EmbeddedRedis server) throws Exception {
    try (ChildJvm dying = ChildJvm.start(CommittingProcess.class, server.uri());
        CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = CommittingProcess.events(instance);
      assertThat(dying.readLine()).isEqualTo("READY");
      CommittingProcess.ROWS.forEach(id -> events.put(id, OLD));
      assertThat(dying.ask("begin")).isEqualTo("BEGUN");
      server.stop();
      awaitState(instance, ConnectionState.DISCONNECTED);
      assertThat(dying.ask("delete")).isEqualTo("DELETED"); // in its journal, which dies with it
      dying.kill();
      server.restart();
      awaitState(instance, ConnectionState.CONNECTED);

      requireBlocked(server, events, CommittingProcess.WRITTEN_AROUND);
      requireBlocked(server, events, CommittingProcess.IN_TRANSACTION);
      requireOldUntilItExpires(events, CommittingProcess.TO_BE_DELETED);
      requireOldUntilItExpires(events, CommittingProcess.TO_BE_OUTDATED);
    }
  }

  /** Nothing from before is there, and nothing is stored until the block ends. */
  private static void requireBlocked(EmbeddedRedis server, Cache<Long, Event> events, long id) {
    String block = "#lease:{event:" + id + "}";
    assertThat(events.getOrLoad(id, missing -> NEW)).isEqualTo(NEW);
    assertThat(events.get(id)).isEmpty();
    assertThat((Long) server.execute("PTTL", block)).isBetween(1L, Leases.LONGEST_BLOCK.toMillis());

    server.execute("PEXPIRE", block, "1"); // as if its time had passed
    await().untilAsserted(() -> {
      assertThat(events.getOrLoad(id, missing -> NEW)).isEqualTo(NEW);
      assertThat(events.get(id)).contains(NEW);
    });
  }

  private static void requireOldUntilItExpires(Cache<Long, Event> events, long id) {
    assertThat(events.getOrLoad(id, missing -> NEW)).isEqualTo(OLD);
    assertThat(events.ttl(id).orElseThrow()).isLessThanOrEqualTo(CommittingProcess.TTL.duration());

    assertThat(events.expire(id, Duration.ofMillis(1))).isTrue(); // as if its time had passed
    await().untilAsserted(() -> assertThat(events.getOrLoad(id, missing -> NEW)).isEqualTo(NEW));
    assertThat(events.get(id)).contains(NEW);
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

  private static CachesFixture impatient(FaultProxy proxy) {
    return CachesFixture.on(RedisSettings.builder()
        .uri(proxy.uri())
        .connectTimeout(Duration.ofSeconds(5))
        .commandTimeout(Duration.ofMillis(500))
        .build());
  }

  private static void awaitState(CachesFixture instance, ConnectionState state) {
    await().atMost(Duration.ofSeconds(30)).until(() -> instance.redis.state() == state);
  }
}
