package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("F5")
class ReplicaReadsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int KEYS = 60;

  @Test
  void a_replica_answers_reads_and_the_master_when_there_is_none(
      @OwnServer(password = "secret") EmbeddedSentinel sentinel) {
    try (Redis redis = Redis.connect(TestSettings.patient(sentinel.uri()).build())) {
      fill(redis.commands());
      EmbeddedRedis master = sentinel.master();
      awaitReadsBy(sentinel.replicas(), redis.commands().onReplicas());
      forgetStatistics(sentinel.nodes());
      assertReads(redis.commands().onReplicas());
      assertThat(reads(master)).isZero();
      assertThat(sentinel.replicas().stream().mapToLong(ReplicaReadsTest::reads).sum())
          .isPositive();

      sentinel.replicas().forEach(EmbeddedRedis::kill);
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertReads(redis.commands().onReplicas()));
      assertThat(reads(master)).isPositive();
    }
  }

  @Test
  void each_slot_of_a_cluster_is_read_at_a_replica_of_its_master(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      fill(redis.commands());
      List<EmbeddedRedis> replicas = new ArrayList<>(cluster.nodes());
      replicas.removeAll(cluster.masters());
      for (EmbeddedRedis replica : replicas) {
        awaitReadsBy(List.of(replica), redis.commands().onReplicas());
      }
      forgetStatistics(cluster.nodes());
      assertReads(redis.commands().onReplicas());
      assertThat(cluster.masters()).allMatch(master -> reads(master) == 0);
      assertThat(replicas).allMatch(replica -> reads(replica) > 0);

      replicas.get(0).kill();
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertReads(redis.commands().onReplicas()));
    }
  }

  @Test
  void a_replica_that_hangs_is_passed_over_and_its_master_is_not_blamed(
      @OwnServer EmbeddedSentinel sentinel) {
    try (Redis redis = Redis.connect(impatient(sentinel.uri()))) {
      fill(redis.commands());
      awaitReadsBy(sentinel.replicas(), redis.commands().onReplicas());

      assertReadsWhilePaused(sentinel.replicas(), redis);
    }
  }

  @Test
  void replicas_of_a_cluster_that_hang_are_passed_over_and_no_master_is_blamed(
      @OwnServer EmbeddedCluster cluster) {
    try (Redis redis = Redis.connect(impatient(TestSettings.clusterUri(cluster.uri())))) {
      fill(redis.commands());
      List<EmbeddedRedis> replicas = new ArrayList<>(cluster.nodes());
      replicas.removeAll(cluster.masters());
      for (EmbeddedRedis replica : replicas) {
        awaitReadsBy(List.of(replica), redis.commands().onReplicas());
      }

      assertReadsWhilePaused(replicas, redis);
    }
  }

  private static void assertReadsWhilePaused(List<EmbeddedRedis> replicas, Redis redis) {
    RedisCommands commands = redis.commands().onReplicas();
    replicas.forEach(EmbeddedRedis::pause);
    try {
      List<Reply<Optional<byte[]>>> unanswered =
          IntStream.range(0, KEYS).mapToObj(i -> commands.get("key:" + i)).toList();
      unanswered.forEach(
          reply -> assertThatThrownBy(reply::await).isInstanceOf(RedisUnavailableException.class));

      await()
          .ignoreExceptions()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertReads(commands));
      assertThat(redis.statistics().suspensions()).isZero();
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    } finally {
      replicas.forEach(EmbeddedRedis::resume);
    }
    awaitReadsBy(replicas, commands);
  }

  private static RedisSettings impatient(String uri) {
    return RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofSeconds(2))
        .commandTimeout(Duration.ofSeconds(1))
        .build();
  }

  @Test
  void a_lone_server_answers_itself(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(TestSettings.patient(server.uri()).build())) {
      fill(redis.commands());
      assertReads(redis.commands().onReplicas());
    }
  }

  private static void fill(RedisCommands commands) {
    for (int i = 0; i < KEYS; i++) {
      commands.set("key:" + i, ("value:" + i).getBytes(UTF_8), HOUR).await();
    }
  }

  /** Until then the connection to a replica is being made, or the replica has not all the keys. */
  private static void awaitReadsBy(List<EmbeddedRedis> servers, RedisCommands commands) {
    await().ignoreExceptions().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      forgetStatistics(servers);
      assertReads(commands);
      assertThat(servers.stream().mapToLong(ReplicaReadsTest::reads).sum()).isPositive();
    });
  }

  private static void assertReads(RedisCommands commands) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      names.add("key:" + i);
      values.add("value:" + i);
      assertThat(text(commands.get("key:" + i).await())).isEqualTo("value:" + i);
    }
    assertThat(commands.mget(names).await())
        .extracting(ReplicaReadsTest::text)
        .containsExactlyElementsOf(values);
  }

  private static void forgetStatistics(List<EmbeddedRedis> servers) {
    servers.forEach(server -> server.execute("CONFIG", "RESETSTAT"));
  }

  private static long reads(EmbeddedRedis server) {
    return String.valueOf(server.execute("INFO", "commandstats"))
        .lines()
        .filter(line -> line.matches("cmdstat_m?get:calls=.*"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
        .sum();
  }

  private static String text(Optional<byte[]> value) {
    return new String(value.orElseThrow(), UTF_8);
  }
}
