package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server answers only for now counts as an outage, what it refuses for good as an error. */
@RedisTest
@Tag("F6")
@Timeout(120)
class ErrorKindsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void a_server_that_is_busy_in_a_script_is_not_available(@OwnServer EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "lua-time-limit", "20");
    try (Redis redis = connect(server.uri())) {
      CompletableFuture<Void> endless = CompletableFuture.runAsync(
          () -> assertThatThrownBy(() -> server.execute("EVAL", "while true do end", "0"))
              .hasMessageContaining("killed"));
      try {
        await().untilAsserted(() -> assertUnavailable("BUSY", redis, () -> read(redis)));
      } finally {
        server.execute("SCRIPT", "KILL");
      }
      endless.join();
    }
  }

  @Test
  void a_server_that_still_loads_its_data_is_not_available() {
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .setting("key-load-delay", "6000") // microseconds for each key
            .setting("rdbcompression", "no") // it answers each 2 MB
            .start();
        Redis redis = connect(server.uri())) {
      String fill = "for i = 1, 400 do redis.call('set', i, string.rep('x', 100000)) end";
      server.execute("EVAL", fill, "0");
      write(redis);
      server.execute("SAVE");
      server.kill();
      CompletableFuture<Void> restart = CompletableFuture.runAsync(server::restart);
      try {
        await().untilAsserted(() -> assertUnavailable("LOADING", redis, () -> read(redis)));
      } finally {
        restart.join();
      }
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(redis.commands().get("k").await()).isPresent();
      assertThat(redis.statistics().reconnections()).isEqualTo(1);
    }
  }

  @Test
  void a_master_without_enough_replicas_is_not_available(@OwnServer EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "min-replicas-to-write", "1");
    try (Redis redis = connect(server.uri())) {
      assertUnavailable("NOREPLICAS", redis, () -> write(redis));
      read(redis);
    }
  }

  @Test
  void a_replica_that_lost_its_master_is_not_available(@OwnServer EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "replica-serve-stale-data", "no");
    try (Redis redis = connect(server.uri())) {
      server.execute("REPLICAOF", "127.0.0.1", "1");
      assertUnavailable("MASTERDOWN", redis, () -> read(redis));
    }
  }

  @Test
  @Tag("F14")
  void a_cluster_that_lost_a_master_without_a_replica_is_not_available() {
    try (EmbeddedCluster cluster = EmbeddedCluster.builder()
            .replicasPerMaster(0)
            .nodeTimeout(Duration.ofMillis(500))
            .start();
        Redis redis = connect(TestSettings.clusterUri(cluster.uri()))) {
      EmbeddedRedis lost = cluster.masterOf(EmbeddedCluster.slotOf("k"));
      String elsewhere = IntStream.range(0, 100)
          .mapToObj(i -> "key:" + i)
          .filter(key -> cluster.masterOf(EmbeddedCluster.slotOf(key)) != lost)
          .findFirst()
          .orElseThrow();
      lost.kill();
      await()
          .untilAsserted(() -> assertUnavailable(
              "CLUSTERDOWN", redis, () -> redis.commands().get(elsewhere).await()));
    }
  }

  @Test
  void what_a_server_refuses_for_want_of_memory_or_of_rights_is_an_error(
      @OwnServer EmbeddedRedis server) {
    try (Redis redis = connect(server.uri())) {
      server.execute("CONFIG", "SET", "maxmemory", "1");
      assertRefused("OOM", redis, () -> write(redis));
      server.execute("ACL", "SETUSER", "default", "-get");
      assertRefused("NOPERM", redis, () -> read(redis));
    }
  }

  private static void assertUnavailable(String reply, Redis redis, Runnable call) {
    long errors = redis.statistics().errors();
    assertThatThrownBy(call::run)
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("is not available: " + reply);
    assertThat(redis.statistics().errors()).isEqualTo(errors + 1);
    assertThat(redis.statistics().suspensions()).isZero();
  }

  private static void assertRefused(String reply, Redis redis, Runnable call) {
    long errors = redis.statistics().errors();
    assertThatThrownBy(call::run)
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("refused: " + reply);
    assertThat(redis.statistics().errors()).isEqualTo(errors + 1);
    assertThat(redis.statistics().timeouts()).isZero();
  }

  private static void read(Redis redis) {
    var unused = redis.commands().get("k").await();
  }

  private static void write(Redis redis) {
    redis.commands().set("k", "v".getBytes(UTF_8), HOUR).await();
  }

  private static Redis connect(String uri) {
    return Redis.connect(TestSettings.patient(uri).build());
  }
}
