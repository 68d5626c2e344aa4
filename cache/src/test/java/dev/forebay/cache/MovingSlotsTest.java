package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries, leases and epochs on a cluster whose slots move. */
@RedisTest
@Tag("F14")
@Timeout(180)
class MovingSlotsTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final int ENTRY = EmbeddedCluster.slotOf("event:1");
  private static final int EPOCH = EmbeddedCluster.slotOf("#epoch:events");

  @Test
  void
      leases_and_epochs_move_along_and_keep_what_was_loaded_before_an_invalidation_from_being_stored(
          @OwnServer EmbeddedCluster cluster) throws Exception {
    String address = CachesFixture.addressOf(cluster.uri());
    try (CachesFixture here = CachesFixture.on(address, "");
        CachesFixture there = CachesFixture.on(address, "")) {
      Cache<Long, Event> events = cache(here);
      Cache<Long, Event> others = cache(there);
      for (LeasesTest.Invalidation invalidation : LeasesTest.Invalidation.values()) {
        SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
        cluster.moveSlot(ENTRY, anotherThan(cluster, ENTRY));
        cluster.moveSlot(EPOCH, anotherThan(cluster, EPOCH));
        invalidation.operation().accept(others);
        slow.release();

        assertThat(slow.result()).as(invalidation.name()).isEqualTo(OLD);
        assertThat(events.getOrLoad(1L, id -> NEW)).as(invalidation.name()).isEqualTo(NEW);
        assertThat(others.get(1L)).as(invalidation.name()).contains(NEW);
        events.delete(1L);
      }
    }
  }

  @Test
  void what_is_deleted_while_its_slot_is_between_two_masters_is_gone_when_it_has_arrived(
      @OwnServer EmbeddedCluster cluster) {
    String address = CachesFixture.addressOf(cluster.uri());
    try (CachesFixture here = CachesFixture.on(address, "");
        CachesFixture there = CachesFixture.on(address, "")) {
      Cache<Long, Event> events = cache(here);
      Cache<Long, Event> others = cache(there);
      for (int keysMoved = 0; keysMoved < 2; keysMoved++) {
        events.put(1L, OLD);
        SlotMove move = cluster.beginMove(ENTRY, anotherThan(cluster, ENTRY));
        if (keysMoved > 0) {
          move.moveKeys(keysMoved);
        }

        events.delete(1L);
        assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(others.getOrLoad(1L, id -> NEW)).isIn(OLD, NEW);
        move.finish();

        await().atMost(Duration.ofSeconds(30)).until(here.caches::owesNothing);
        assertThat(others.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      }
    }
  }

  @Test
  @Tag("C3")
  void a_deletion_by_pattern_outdates_also_what_moves_past_it_to_where_it_has_looked(
      @OwnServer EmbeddedCluster cluster) {
    String address = CachesFixture.addressOf(cluster.uri());
    try (CachesFixture here = CachesFixture.on(address, "");
        CachesFixture there = CachesFixture.on(address, "")) {
      Cache<Long, Event> events = cache(here);
      Cache<Long, Event> others = cache(there);
      Map<Long, Event> all = new HashMap<>();
      LongStream.range(0, 60).forEach(id -> all.put(id, OLD));
      events.putAll(all);
      assertThat(others.getAll(all.keySet())).hasSize(60);
      AtomicLong passed = new AtomicLong(-1);

      events.deleteMatching("event:*", deleted -> {
        if (passed.get() < 0) {
          passed.set(moveToWhereItHasLooked(cluster, all.keySet()));
        }
      });

      assertThat(isThere(cluster, passed.get())).isTrue();
      assertThat(here.caches.owesNothing()).isTrue();
      assertThat(others.getAll(all.keySet())).isEmpty();
      assertThat(events.getOrLoad(passed.get(), id -> NEW)).isEqualTo(NEW);
      assertThat(others.get(passed.get())).contains(NEW);

      assertThat(isComplete(there)).isTrue();
      SlotMove move = cluster.beginMove(ENTRY, anotherThan(cluster, ENTRY));
      assertThat(isComplete(there)).isFalse();
      move.finish();
      assertThat(isComplete(there)).isTrue();
    }
  }

  /** Moves one of the entries that are left to a master that has none any more; returns which. */
  private static long moveToWhereItHasLooked(EmbeddedCluster cluster, Set<Long> ids) {
    long gone = ids.stream().filter(id -> !isThere(cluster, id)).findFirst().orElseThrow();
    long left = ids.stream().filter(id -> isThere(cluster, id)).findFirst().orElseThrow();
    cluster.moveSlot(
        EmbeddedCluster.slotOf("event:" + left),
        cluster.masterOf(EmbeddedCluster.slotOf("event:" + gone)));
    return left;
  }

  private static boolean isThere(EmbeddedCluster cluster, long id) {
    return Objects.equals(cluster.execute("EXISTS", "event:" + id), 1L);
  }

  /** Returns whether a scan of all keys says that it has missed none. */
  private static boolean isComplete(CachesFixture instance) {
    return instance.redis.commands().scan("*", 1_000, page -> true);
  }

  private static Cache<Long, Event> cache(CachesFixture instance) {
    return instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("all", "id/" + id))
        .build();
  }

  private static EmbeddedRedis anotherThan(EmbeddedCluster cluster, int slot) {
    EmbeddedRedis present = cluster.masterOf(slot);
    return cluster.masters().stream()
        .filter(master -> master != present)
        .findFirst()
        .orElseThrow();
  }
}
