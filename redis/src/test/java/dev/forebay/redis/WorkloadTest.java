package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@RedisTest
class WorkloadTest {

  @Test
  @Tag("F1")
  void by_default_each_workload_has_a_database_of_its_own(@OwnServer EmbeddedRedis server) {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL", server.uri(),
        "FOREBAY_CONNECT_TIMEOUT", "30s",
        "FOREBAY_COMMAND_TIMEOUT", "30s"));

    for (Workload workload : Workload.values()) {
      write(settings, workload);
    }

    assertThat(server.endpoint().database(0).execute("KEYS", "*")).asString().isEqualTo("[CACHE]");
    assertThat(server.endpoint().database(1).execute("KEYS", "*")).asString().isEqualTo("[QUEUE]");
    assertThat(server.endpoint().database(2).execute("KEYS", "*"))
        .asString()
        .isEqualTo("[SESSION]");
    assertThat(server.endpoint().database(3).execute("KEYS", "*")).asString().isEqualTo("[LIMITS]");
  }

  @Test
  @Tag("F5")
  @Tag("F1")
  @Tag("F2")
  void by_configuration_alone_a_workload_moves_to_a_server_of_its_own(
      @OwnServer EmbeddedRedis server, @OwnServer(password = "other") EmbeddedRedis other) {
    RedisSettings settings = RedisSettings.fromProperties(Map.of(
        "redis.url",
        server.uri() + "/4",
        "forebay.session.url",
        other.uri() + "/9",
        "forebay.connect-timeout",
        "30s",
        "forebay.command-timeout",
        "30s"));

    for (Workload workload : Workload.values()) {
      write(settings, workload);
    }

    assertThat(server.endpoint().database(4).execute("KEYS", "*")).asString().isEqualTo("[CACHE]");
    assertThat(server.endpoint().database(5).execute("KEYS", "*")).asString().isEqualTo("[QUEUE]");
    assertThat(server.endpoint().database(6).execute("DBSIZE")).isEqualTo(0L);
    assertThat(other.endpoint().database(9).execute("KEYS", "*")).asString().isEqualTo("[SESSION]");
  }

  @Test
  @ResourceLock("log of Redis")
  void a_server_that_may_evict_what_must_not_be_lost_is_warned_of_once_and_a_cache_is_not(
      @OwnServer EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    RedisSettings byVariables = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL", server.uri(),
        "FOREBAY_CONNECT_TIMEOUT", "30s",
        "FOREBAY_COMMAND_TIMEOUT", "30s"));
    RedisSettings byProperties = RedisSettings.fromProperties(Map.of(
        "redis.url",
        server.uri(),
        "forebay.connect-timeout",
        "30s",
        "forebay.command-timeout",
        "30s"));
    try (RedisLog log = RedisLog.of(server.port())) {
      try (Redis cache = Redis.connect(byVariables, Workload.CACHE);
          Redis queue = Redis.connect(byVariables, Workload.QUEUE);
          Redis session = Redis.connect(byProperties, Workload.SESSION);
          Redis limits = Redis.connect(byProperties, Workload.LIMITS)) {
        assertThat(List.of(cache.state(), queue.state(), session.state(), limits.state()))
            .containsOnly(ConnectionState.CONNECTED);
        await()
            .untilAsserted(() -> assertThat(log.lines())
                .anyMatch(line -> line.contains("/1 evicts (allkeys-lru) and holds QUEUE")
                    && line.endsWith("by FOREBAY_QUEUE_URL"))
                .anyMatch(line -> line.contains("/2 evicts (allkeys-lru) and holds SESSION")
                    && line.endsWith("by forebay.session.url"))
                .anyMatch(line -> line.contains("/3 evicts (allkeys-lru) and holds LIMITS")
                    && line.endsWith("by forebay.limits.url")));
        server.execute("CLIENT", "KILL", "TYPE", "normal");
        await().until(() -> queue.statistics().reconnections() == 1);
        await().until(() -> queue.serverInfo().isPresent());
      }
      server.execute("CONFIG", "SET", "maxmemory-policy", "noeviction");
      try (Redis queue = Redis.connect(byVariables, Workload.QUEUE)) {
        await().until(() -> queue.serverInfo().isPresent());
      }
      assertThat(log.lines()).filteredOn(line -> line.contains(" evicts ")).hasSize(3);
    }
  }

  @Test
  @Tag("F1")
  @ResourceLock("log of Redis")
  void so_is_each_master_of_a_cluster() {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.builder().replicasPerMaster(0).start()) {
      List<EmbeddedRedis> evicting = cluster.masters().subList(1, 3);
      evicting.forEach(node -> node.execute("CONFIG", "SET", "maxmemory-policy", "volatile-lru"));
      RedisSettings settings =
          TestSettings.patient(TestSettings.clusterUri(cluster.uri())).build();
      try (RedisLog log = RedisLog.of(evicting.get(0).port());
          Redis limits = Redis.connect(settings, Workload.LIMITS)) {
        await()
            .untilAsserted(() -> assertThat(log.lines())
                .filteredOn(line -> line.contains(" evicts (volatile-lru) and holds LIMITS"))
                .singleElement()
                .asString()
                .contains(
                    ":" + evicting.get(0).port() + ",", ":" + evicting.get(1).port() + ",")
                .doesNotContain(", 127.0.0.1:" + cluster.masters().get(0).port() + ","));
        assertThat(limits.state()).isEqualTo(ConnectionState.CONNECTED);
      }
    }
  }

  @Test
  @Tag("F1")
  void a_workload_whose_server_hangs_leaves_the_others_alone(
      @OwnServer EmbeddedRedis server, @OwnServer(appendOnly = true) EmbeddedRedis other) {
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .uri(Workload.CACHE, other.uri())
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofMillis(100))
        .build();
    try (Redis cache = Redis.connect(settings, Workload.CACHE);
        Redis limits = Redis.connect(settings, Workload.LIMITS)) {
      other.pause();
      try {
        await().until(() -> {
          tryToRead(cache);
          return cache.state() == ConnectionState.DISCONNECTED;
        });
        assertThat(cache.statistics().suspensions()).isPositive();
        assertThat(limits.state()).isEqualTo(ConnectionState.CONNECTED);
        assertThat(limits.statistics().suspensions()).isZero();
        assertThat(limits.statistics().rejections()).isZero();
        // A busy machine takes longer than this time-out now and then.
        await().ignoreExceptions().until(() -> !limits.commands().exists("k").await());
      } finally {
        other.resume();
      }
      await().until(() -> cache.state() == ConnectionState.CONNECTED);
    }
  }

  private static void tryToRead(Redis redis) {
    try {
      redis.commands().exists("k").await();
    } catch (RedisUnavailableException e) {
      assertThat(e).hasMessageContaining("Redis");
    }
  }

  private static void write(RedisSettings settings, Workload workload) {
    try (Redis redis = Redis.connect(settings, workload)) {
      redis
          .commands()
          .set(workload.name(), "x".getBytes(UTF_8), Duration.ofMinutes(1))
          .await();
    }
  }
}
