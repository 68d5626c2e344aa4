package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A master that dies before its replicas have what it had acknowledged. */
@RedisTest
@Isolated
@Tag("F14")
@Timeout(180)
class FailoverTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void a_failover_undoes_invalidations_that_no_replica_had_and_no_others(
      @OwnServer EmbeddedSentinel sentinel) {
    try (CachesFixture here = CachesFixture.on(sentinel.uri(), "");
        CachesFixture there = CachesFixture.on(sentinel.uri(), "")) {
      Cache<Long, Event> replicated = cache(here, "replicated");
      Cache<Long, Event> cleared = cache(here, "cleared");
      Cache<Long, Event> deleted = cache(here, "deleted");
      replicated.put(1L, OLD);
      replicated.clear();
      cleared.put(1L, OLD);
      deleted.put(1L, OLD);
      Cache<Long, Event> lost = cache(here, "lost");
      lost.put(1L, OLD);
      awaitReplicas(sentinel, "#epoch:replicated", "cleared:1", "deleted:1", "lost:1");
      cutReplication(sentinel.master());

      cleared.clear();
      assertThat(deleted.delete(1L)).isTrue();
      assertThat(here.caches.owesNothing()).isTrue();
      sentinel.master().kill();
      sentinel.awaitMaster();
      sentinel.execute("UNLINK", "#epoch:lost"); // as if the replica had had the entry alone

      // Redis had said yes, and forgot: that lasts until the entries expire, or are outdated again.
      Cache<Long, Event> elsewhere = cache(there, "cleared");
      await().atMost(LONG).untilAsserted(() -> assertThat(elsewhere.get(1L)).contains(OLD));
      await().atMost(LONG).untilAsserted(() -> assertThat(deleted.get(1L)).contains(OLD));
      assertThat(deleted.ttl(1L).orElseThrow()).isLessThanOrEqualTo(TtlClass.SHORT.duration());
      assertThat(cache(there, "replicated").get(1L)).isEmpty();

      Cache<Long, Event> lostElsewhere = cache(there, "lost");
      for (int i = 0; i < 2; i++) {
        assertThat(sentinel.execute("EXISTS", "lost:1")).isEqualTo(1L);
        assertThat(lost.get(1L)).isEmpty();
        assertThat(lostElsewhere.get(1L)).isEmpty();
        lost.put(2L, NEW); // another epoch begins
        assertThat(lostElsewhere.get(2L)).contains(NEW);
      }

      cleared.clear();
      assertThat(elsewhere.get(1L)).isEmpty();
      assertThat(elsewhere.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(cleared.get(1L)).contains(NEW);
    }
  }

  @Test
  void a_master_that_must_have_replicas_acknowledges_no_invalidation_without_them(
      @OwnServer EmbeddedSentinel sentinel) {
    try (CachesFixture here = CachesFixture.on(sentinel.uri(), "");
        CachesFixture there = CachesFixture.on(sentinel.uri(), "")) {
      Cache<Long, Event> cleared = cache(here, "cleared");
      Cache<Long, Event> deleted = cache(here, "deleted");
      cleared.put(1L, OLD);
      deleted.put(1L, OLD);
      awaitReplicas(sentinel, "cleared:1", "#epoch:cleared", "deleted:1", "#epoch:deleted");
      EmbeddedRedis master = sentinel.master();
      master.execute("CONFIG", "SET", "min-replicas-to-write", "1");
      cutReplication(master);
      await().until(() -> info(master).contains("min_slaves_good_slaves:0"));

      cleared.clear();
      assertThat(deleted.delete(1L)).isFalse();
      assertThat(here.caches.owesNothing()).isFalse();
      assertThat(cleared.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      assertThat(deleted.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
      master.kill();
      sentinel.awaitMaster();

      await().atMost(LONG).until(here.caches::owesNothing);
      for (Cache<Long, Event> cache : List.of(cleared, deleted)) {
        assertThat(cache.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
        Cache<Long, Event> elsewhere = cache(there, cache.name());
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(elsewhere.getOrLoad(1L, id -> NEW)).isEqualTo(NEW));
      }
    }
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

  /** Waits until the replicas have what the master has at some keys. */
  private static void awaitReplicas(EmbeddedSentinel sentinel, String... keys) {
    EmbeddedRedis master = sentinel.master();
    for (EmbeddedRedis replica : sentinel.replicas()) {
      for (String key : keys) {
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(replica.execute("GET", key))
                .isNotNull()
                .isEqualTo(master.execute("GET", key)));
      }
    }
  }

  /** Lets replicas neither go on nor begin again; they keep what they have. */
  static void cutReplication(EmbeddedRedis master) {
    master.execute("ACL", "SETUSER", "default", "-psync", "-sync");
    master.execute("CLIENT", "KILL", "TYPE", "replica");
    await().until(() -> info(master).contains("connected_slaves:0"));
  }

  private static String info(EmbeddedRedis server) {
    return String.valueOf(server.execute("INFO", "replication"));
  }
}
