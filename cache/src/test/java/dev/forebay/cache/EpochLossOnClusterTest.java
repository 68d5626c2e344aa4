package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Epochs that one master of a cluster loses, while their entries are at another one. */
@RedisTest
@Tag("F14")
@Timeout(180)
class EpochLossOnClusterTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Duration LONG = Duration.ofSeconds(60);

  enum Loss {
    FLUSH(master -> master.execute("FLUSHDB")),
    EVICTION(master -> {
      master.execute("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
      master.execute("CONFIG", "SET", "maxmemory", "1");
      await().until(() -> Objects.equals(master.execute("DBSIZE"), 0L));
      master.execute("CONFIG", "SET", "maxmemory", "0");
    });

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<EmbeddedRedis> happening;

    Loss(Consumer<EmbeddedRedis> happening) {
      this.happening = happening;
    }
  }

  @Test
  void entries_whose_epoch_another_master_loses_are_misses_for_good() {
    try (EmbeddedCluster cluster = EmbeddedCluster.builder()
            .replicasPerMaster(0)
            .nodeTimeout(Duration.ofMinutes(1))
            .start();
        CachesFixture here = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "");
        CachesFixture there = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "")) {
      EmbeddedRedis forgetful = cluster.masters().get(0);
      for (Loss loss : Loss.values()) {
        String name = namesWithEpochsAt(cluster, forgetful, loss.name()).get(0);
        Cache<Long, Event> events = cache(here, name);
        Cache<Long, Event> others = cache(there, name);
        events.put(1L, OLD);
        others.clear(); // so that one is outdated before the loss, and one by it
        events.put(2L, OLD);
        assertThat(others.get(2L)).contains(OLD);
        Object epoch = cluster.execute("GET", "#epoch:" + name);

        loss.happening.accept(forgetful);

        requireMisses(cluster, events, others);
        events.put(3L, NEW); // by an instance that remembers the epoch
        assertThat(others.get(3L)).contains(NEW);
        assertThat(cluster.execute("GET", "#epoch:" + name)).isNotNull().isNotEqualTo(epoch);
        requireMisses(cluster, events, others);
        assertThat(others.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        assertThat(events.get(1L)).contains(NEW);
      }
    }
  }

  @Test
  void a_failover_undoes_the_renewals_that_the_replica_had_not_and_of_lost_epochs_nothing_is_left(
      @OwnServer EmbeddedCluster cluster) {
    try (CachesFixture here = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "");
        CachesFixture there = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "")) {
      EmbeddedRedis mortal = cluster.masters().get(0);
      List<String> names = namesWithEpochsAt(cluster, mortal, "failover");
      Cache<Long, Event> begun = cache(here, names.get(0));
      Cache<Long, Event> renewed = cache(here, names.get(1));
      Cache<Long, Event> kept = cache(here, names.get(2));
      renewed.put(1L, OLD);
      kept.put(1L, OLD);
      kept.clear();
      awaitReplica(cluster, mortal, "#epoch:" + renewed.name());
      awaitReplica(cluster, mortal, "#epoch:" + kept.name());
      FailoverTest.cutReplication(mortal);

      begun.put(1L, OLD);
      begun.put(2L, OLD);
      renewed.clear();
      renewed.put(2L, NEW);
      assertThat(here.caches.owesNothing()).isTrue();
      mortal.kill();
      cluster.awaitReady();

      // Redis had said yes, and forgot: that lasts until the entry expires, or is outdated again.
      Cache<Long, Event> elsewhere = cache(there, renewed.name());
      for (Cache<Long, Event> cache : List.of(renewed, elsewhere)) {
        await().atMost(LONG).untilAsserted(() -> assertThat(cache.get(1L)).contains(OLD));
        assertThat(cache.get(2L)).isEmpty(); // of the epoch that is forgotten
      }
      assertThat(renewed.ttl(1L).orElseThrow()).isLessThanOrEqualTo(TtlClass.SHORT.duration());
      assertThat(kept.get(1L)).isEmpty();
      assertThat(cache(there, kept.name()).get(1L)).isEmpty();

      Cache<Long, Event> others = cache(there, begun.name());
      requireMisses(cluster, begun, others);
      begun.put(3L, NEW); // by the instance that remembers the epoch
      assertThat(others.get(3L)).contains(NEW);
      requireMisses(cluster, begun, others);

      renewed.clear();
      assertThat(elsewhere.get(1L)).isEmpty();
      assertThat(elsewhere.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(renewed.get(1L)).contains(NEW);
    }
  }

  /** Entries 1 and 2 are there, and nobody is served them. */
  private static void requireMisses(
      EmbeddedCluster cluster, Cache<Long, Event> events, Cache<Long, Event> others) {
    for (long id = 1; id <= 2; id++) {
      assertThat(cluster.execute("EXISTS", events.name() + ":" + id)).isEqualTo(1L);
      assertThat(events.get(id)).isEmpty();
      assertThat(others.get(id)).isEmpty();
    }
  }

  /** Returns names of caches with their epochs at a master and their entries 1 to 3 elsewhere. */
  private static List<String> namesWithEpochsAt(
      EmbeddedCluster cluster, EmbeddedRedis master, String word) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> word.toLowerCase(Locale.ROOT) + i)
        .filter(name -> isAt(cluster, master, "#epoch:" + name))
        .filter(name ->
            IntStream.rangeClosed(1, 3).noneMatch(id -> isAt(cluster, master, name + ":" + id)))
        .limit(3)
        .toList();
  }

  private static boolean isAt(EmbeddedCluster cluster, EmbeddedRedis master, String key) {
    return cluster.masterOf(EmbeddedCluster.slotOf(key)) == master;
  }

  private static void awaitReplica(EmbeddedCluster cluster, EmbeddedRedis master, String key) {
    EmbeddedRedis replica = cluster.replicasOf(master).get(0);
    Object value = master.execute("GET", key);
    assertThat(value).isNotNull();
    await()
        .atMost(LONG)
        .until(() -> Objects.equals(
            value,
            replica
                .endpoint()
                .executeAll(List.of(new String[] {"READONLY"}, new String[] {"GET", key}))
                .get(1)));
  }

  private static Cache<Long, Event> cache(CachesFixture instance, String name) {
    return instance
        .caches
        .cache(name)
        .key(name + ":{id}", Long.class)
        .value(Event.class)
        .ttl(TtlClass.SHORT)
        .build();
  }
}
