package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What happens to a cache while its servers change roles. */
@RedisTest
@Isolated
@Timeout(180)
class TopologyTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  @Tag("F5")
  void a_cache_follows_its_master_through_a_failover(
      @OwnServer(password = "secret") EmbeddedSentinel sentinel) {
    try (CachesFixture instance = CachesFixture.on(sentinel.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      events.put(1L, new Event(1, "before"));
      assertThat(events.get(1L)).isPresent();

      sentinel.failOver();

      await().atMost(LONG).untilAsserted(() -> {
        events.put(2L, new Event(2, "after"));
        assertThat(events.get(2L)).isPresent();
      });
      assertThat(instance.redis.statistics().reconnections()).isPositive();
    }
  }

  @Test
  @Tag("F5")
  void a_cache_finds_the_new_master_when_the_old_one_dies(@OwnServer EmbeddedSentinel sentinel) {
    try (CachesFixture instance = CachesFixture.on(sentinel.uri(), "")) {
      Cache<Long, Event> events = instance.events();
      sentinel.master().kill();

      assertThat(events.getOrLoad(1L, id -> new Event(id, "from the source")).title())
          .isEqualTo("from the source");
      await().atMost(LONG).untilAsserted(() -> {
        events.put(2L, new Event(2, "after"));
        assertThat(events.get(2L)).isPresent();
      });
      assertThat(instance.redis.state()).isEqualTo(ConnectionState.CONNECTED);
    }
  }

  @Test
  @Tag("F5")
  void a_cache_may_read_from_replicas(@OwnServer EmbeddedSentinel sentinel) {
    try (CachesFixture instance = CachesFixture.on(sentinel.uri(), "")) {
      Cache<Long, Event> events = instance
          .caches
          .cache("replicated")
          .key("replicated:{id}", Long.class)
          .value(Event.class)
          .readFromReplicas()
          .build();
      events.put(1L, new Event(1, "e1"));

      await().atMost(LONG).untilAsserted(() -> {
        sentinel.replicas().forEach(replica -> replica.execute("CONFIG", "RESETSTAT"));
        assertThat(events.get(1L)).contains(new Event(1, "e1"));
        assertThat(sentinel.replicas())
            .anyMatch(replica -> String.valueOf(replica.execute("INFO", "commandstats"))
                .contains("cmdstat_mget:calls=1,"));
      });
    }
  }

  @Test
  @Tag("F14")
  void a_cluster_serves_right_values_while_a_slot_moves(@OwnServer EmbeddedCluster cluster)
      throws InterruptedException {
    int slot = EmbeddedCluster.slotOf("event:7");
    EmbeddedRedis source = cluster.masterOf(slot);
    EmbeddedRedis target = cluster.masters().stream()
        .filter(master -> master.port() != source.port())
        .findFirst()
        .orElseThrow();
    try (CachesFixture instance = CachesFixture.on(onCluster(cluster), "")) {
      Cache<Long, Event> events = instance.events();
      events.put(7L, new Event(7, "e7"));
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<Throwable> wrong = new AtomicReference<>();
      Thread reader = new Thread(() -> {
        try {
          while (!stop.get()) {
            for (long id = 0; id < 20; id++) {
              assertThat(events.getOrLoad(id, missing -> new Event(missing, "e" + missing)))
                  .isEqualTo(new Event(id, "e" + id));
            }
          }
        } catch (Throwable e) {
          wrong.set(e);
        }
      });
      reader.start();
      SlotMove move = cluster.beginMove(slot, target);
      events.delete(7L);
      assertThat(events.getOrLoad(7L, id -> new Event(id, "e7")).title()).isEqualTo("e7");
      move.finish();
      assertThat(events.getOrLoad(7L, id -> new Event(id, "e7")).title()).isEqualTo("e7");
      stop.set(true);
      reader.join();

      assertThat(wrong.get()).isNull();
      assertThat(cluster.masterOf(slot).port()).isEqualTo(target.port());
    }
  }

  @Test
  @Tag("F14")
  void a_cluster_that_loses_a_master_is_served_from_the_source_until_it_has_another(
      @OwnServer EmbeddedCluster cluster) {
    try (CachesFixture instance = CachesFixture.on(RedisSettings.builder()
        .uri(onCluster(cluster))
        .connectTimeout(Duration.ofSeconds(10))
        .commandTimeout(Duration.ofSeconds(2))
        .build())) {
      Cache<Long, Event> events = instance.events();
      Map<Long, Event> all = new LinkedHashMap<>();
      LongStream.range(0, 60).forEach(id -> all.put(id, new Event(id, "e" + id)));
      events.putAll(all);
      assertThat(events.getAll(all.keySet())).isEqualTo(all);

      cluster.masterOf(EmbeddedCluster.slotOf("event:7")).kill();

      all.forEach(
          (id, event) -> assertThat(events.getOrLoad(id, missing -> event)).isEqualTo(event));
      await().atMost(LONG).untilAsserted(() -> {
        events.putAll(all);
        assertThat(events.getAll(all.keySet())).isEqualTo(all);
      });
    }
  }

  @Test
  void a_certificate_that_is_not_trusted_is_no_connection() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().tls().start();
        CachesFixture instance = CachesFixture.on("rediss://127.0.0.1:" + server.port(), "")) {
      assertThat(instance.redis.state()).isEqualTo(ConnectionState.DISCONNECTED);
      assertThat(instance.redis.statistics().failures()).isPositive();
    }
  }

  private static String onCluster(EmbeddedCluster cluster) {
    return cluster.uri().replaceFirst("^redis://", "redis-cluster://");
  }
}
