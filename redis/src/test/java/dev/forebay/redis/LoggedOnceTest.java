package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An outage is a line or two, however long it lasts, if Lettuce logs errors only. */
@RedisTest
@Timeout(120)
@ResourceLock("log of Redis")
class LoggedOnceTest {

  private static final int ATTEMPTS = 6;

  @Test
  @Tag("F9")
  void each_transition_is_told_once(@OwnServer EmbeddedRedis server) {
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofMillis(500))
        .build();
    try (RedisLog log = RedisLog.of(server.port());
        Redis redis = Redis.connect(settings)) {
      server.kill();
      await().until(() -> redis.statistics().failures() >= ATTEMPTS);
      server.restart();
      await().until(() -> redis.state() == ConnectionState.CONNECTED);
      server.pause();
      await().until(() -> {
        read(redis);
        return redis.state() == ConnectionState.SUSPENDED;
      });
      server.resume();
      await().until(() -> redis.state() == ConnectionState.CONNECTED);

      assertThat(log.events())
          .containsExactly(
              "connected",
              "connection-lost",
              "connect-failed",
              "reconnected",
              "suspended",
              "resumed");
    }
  }

  @Test
  @Tag("F5")
  void an_outage_of_all_sentinels_is_told_once_and_over_within_two_seconds(TestReporter report) {
    try (EmbeddedSentinel sentinel =
        EmbeddedSentinel.builder().replicas(1).sentinels(3).start()) {
      List<EmbeddedRedis> all = new ArrayList<>(sentinel.nodes());
      all.addAll(sentinel.sentinels());
      assertToldOnce(sentinel.uri(), all, sentinel::awaitMaster, report);
    }
  }

  @Test
  @Tag("F14")
  void an_outage_of_all_nodes_of_a_cluster_is_told_once_and_over_within_two_seconds(
      TestReporter report) {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.builder().masters(2).replicasPerMaster(0).start()) {
      String uri = TestSettings.clusterUri(cluster.uri());
      assertToldOnce(uri, cluster.nodes(), cluster::awaitReady, report);
    }
  }

  private static void assertToldOnce(
      String uri, List<EmbeddedRedis> servers, Runnable awaitReady, TestReporter report) {
    int[] ports = servers.stream().mapToInt(EmbeddedRedis::port).toArray();
    RedisSettings settings =
        RedisSettings.builder().uri(uri).connectTimeout(Duration.ofSeconds(3)).build();
    try (Redis redis = Redis.connect(settings)) {
      await().until(() -> redis.state() == ConnectionState.CONNECTED);
      try (RedisLog log = RedisLog.of(ports)) {
        long before = redis.statistics().failures();
        servers.forEach(EmbeddedRedis::kill);
        await().until(() -> redis.statistics().failures() >= before + ATTEMPTS);
        assertThat(log.events()).containsExactly("connection-lost", "connect-failed");

        servers.forEach(EmbeddedRedis::restart);
        awaitReady.run();
        BackInTimeTest.assertBack(uri.replaceFirst(":.*", ""), redis, report);
        await()
            .untilAsserted(
                () -> assertThat(log.events()).endsWith("reconnected").hasSize(3));
        assertThat(log.lines()).as("by Lettuce as well").hasSize(3);
      }
    }
  }

  private static void read(Redis redis) {
    try {
      redis.commands().exists("k").await();
    } catch (RedisUnavailableException e) {
      assertThat(e).hasMessageContaining("Redis");
    }
  }
}
