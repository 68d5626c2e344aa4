package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.CommandCalls;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a batch asks of the masters of a cluster, counted by them. */
@RedisTest
@Timeout(120)
class BatchCostTest {

  private final Map<Long, Event> all = new HashMap<>();
  private final Map<EmbeddedRedis, Long> entriesOf = new HashMap<>();
  private final Map<EmbeddedRedis, Long> slotsOf = new HashMap<>();

  @Test
  @Tag("C1")
  @Tag("F14")
  void every_step_of_a_batch_is_one_round_trip_to_all_slots_together() {
    LongStream.range(0, 60).forEach(id -> all.put(id, new Event(id, "e" + id)));
    try (EmbeddedCluster cluster = EmbeddedCluster.builder()
            .replicasPerMaster(0)
            .nodeTimeout(Duration.ofMinutes(1))
            .start();
        CachesFixture instance = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "")) {
      Cache<Long, Event> events = instance.events();
      events.put(-1L, new Event(-1, "of an epoch that has begun"));
      countKeys(cluster);
      EmbeddedRedis silent = cluster.masters().stream()
          .filter(master -> master != cluster.masterOf(EmbeddedCluster.slotOf("#epoch:events")))
          .findFirst()
          .orElseThrow();
      Step read = new Step(silent, "mget", slotsOf);
      Step lease = new Step(silent, "get", entriesOf); // by take_lease
      Step fill = new Step(silent, "set", entriesOf);
      instance.caches.addListener(new CacheListener() {
        @Override
        public void onMiss(String cache, int count) {
          lease.begin();
        }
      });
      entriesOf.keySet().forEach(master -> master.execute("CONFIG", "RESETSTAT"));

      read.begin();
      CompletableFuture<Map<Long, Event>> batch =
          CompletableFuture.supplyAsync(() -> events.getAllOrLoad(all.keySet(), missing -> {
            fill.begin();
            return all;
          }));
      read.awaitAllOthers(batch);
      lease.awaitAllOthers(batch);
      fill.awaitAllOthers(batch);

      assertThat(batch.join()).isEqualTo(all);
      slotsOf.forEach(
          (master, slots) -> assertThat(CommandCalls.of(master, "mget")).isEqualTo(slots));
      assertThat(events.statistics().failures()).isZero();
    }
  }

  /** Counts what is to be read at each master: entries, and their slots and that of the epoch. */
  private void countKeys(EmbeddedCluster cluster) {
    Map<EmbeddedRedis, Set<Integer>> slots = new HashMap<>();
    int epoch = EmbeddedCluster.slotOf("#epoch:events");
    slots.computeIfAbsent(cluster.masterOf(epoch), master -> new HashSet<>()).add(epoch);
    for (long id : all.keySet()) {
      int slot = EmbeddedCluster.slotOf("event:" + id);
      EmbeddedRedis master = cluster.masterOf(slot);
      slots.computeIfAbsent(master, same -> new HashSet<>()).add(slot);
      entriesOf.merge(master, 1L, Long::sum);
    }
    slots.forEach((master, ofMaster) -> slotsOf.put(master, (long) ofMaster.size()));
    assertThat(entriesOf).hasSize(3);
  }

  /** A round trip during which one master does not answer. */
  private record Step(
      EmbeddedRedis silent, String command, Map<EmbeddedRedis, Long> expected, Gate begun) {

    Step(EmbeddedRedis silent, String command, Map<EmbeddedRedis, Long> expected) {
      this(silent, command, expected, new Gate());
    }

    void begin() {
      silent.pause();
      begun.open();
    }

    /** Returns when all other masters have been asked for all, which the silent one has not. */
    void awaitAllOthers(CompletableFuture<?> call) {
      begun.awaitOpen();
      try {
        expected.forEach((master, calls) -> {
          if (master != silent) {
            await()
                .untilAsserted(() -> assertThat(CommandCalls.of(master, command))
                    .as(command)
                    .isGreaterThanOrEqualTo(calls));
          }
        });
        assertThat(call).isNotDone();
      } finally {
        silent.resume();
      }
    }
  }
}
