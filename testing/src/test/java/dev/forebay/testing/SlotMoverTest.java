package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest(Topology.MOVING_CLUSTER)
@Timeout(180)
class SlotMoverTest {

  /** Of two keys one is never there: between two masters, Redis would refuse to look for both. */
  private static final String COUNT_AND_TELL_WHERE = "return {redis.call('CLUSTER', 'MYID'), "
      + "redis.call('INCRBY', KEYS[1], 1 + redis.call('EXISTS', KEYS[2]))}";

  private static final int ROUNDS = Integer.getInteger("forebay.moving.rounds", 15);
  private static final int KEYS = 6;

  @Test
  void keys_are_now_at_one_master_now_at_another_and_never_out_of_reach(RedisNamespace redis) {
    Set<Object> masters = new HashSet<>();
    long begin = System.nanoTime();
    long count = 0;
    while (masters.size() < 3 || System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(1)) {
      Object answer = redis.execute(
          "EVAL", COUNT_AND_TELL_WHERE, "2", redis.key("{a}count"), redis.key("{a}none"));
      count++;
      assertThat(answer).isInstanceOfSatisfying(List.class, pair -> masters.add(pair.get(0)));
      assertThat(redis.execute("GET", redis.key("{a}count"))).isEqualTo(Long.toString(count));
    }
    assertThat(redis.topology().isCluster()).isTrue();
    assertThat(count).isGreaterThan(10);
  }

  @Test
  void no_slot_stays_between_two_masters_whenever_it_is_ended_nor_if_one_has_refused_it() {
    try (MovingCluster servers = MovingCluster.start()) {
      EmbeddedCluster cluster = servers.cluster();
      endAtAnyMoment(servers);
      requireAgreement(cluster);

      Runnable end = servers.disturb("refused_");
      cluster.nodes().forEach(node -> allow(node, '-'));
      servers.execute("SET", "refused_{k}", "value");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> cluster.nodes().stream().anyMatch(SlotMoverTest::hasRefused));
      cluster.nodes().forEach(node -> allow(node, '+'));
      assertThatThrownBy(end::run)
          .hasMessageContaining("refused_*")
          .hasMessageContaining("Slot " + EmbeddedCluster.slotOf("{k}"))
          .hasMessageContaining("NOPERM");
      assertThat(servers.execute("GET", "refused_{k}")).isEqualTo("value");
      requireNothingInBetween(cluster);
      requireAgreement(cluster);
    }
  }

  /** Two tests have keys in the same slots. */
  private static void endAtAnyMoment(MovingCluster servers) {
    for (int key = 0; key < KEYS; key++) {
      servers.execute("SET", "one_{" + key + "}", "1");
      servers.execute("SET", "two_{" + key + "}", "2");
    }
    for (int round = 0; round < ROUNDS; round++) {
      Runnable one = servers.disturb("one_");
      Runnable two = servers.disturb("two_");
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(40_000_000));
      if (round % 5 == 4) {
        Thread.currentThread().interrupt();
      }
      one.run();
      two.run();
      assertThat(Thread.interrupted()).isEqualTo(round % 5 == 4);
      requireNothingInBetween(servers.cluster());
      for (int key = 0; key < KEYS; key++) {
        assertThat(servers.execute("GET", "one_{" + key + "}")).isEqualTo("1");
        assertThat(servers.execute("GET", "two_{" + key + "}")).isEqualTo("2");
      }
    }
  }

  private static void requireNothingInBetween(EmbeddedCluster cluster) {
    assertThat(cluster.nodes())
        .allSatisfy(node ->
            assertThat(node.execute("CLUSTER", "NODES")).asString().doesNotContain("->-", "-<-"));
  }

  /** What masters know of others may be behind for a moment. */
  private static void requireAgreement(EmbeddedCluster cluster) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(cluster.nodes().stream()
                .map(node -> node.execute("CLUSTER", "SLOTS"))
                .map(slots -> Set.copyOf((List<?>) slots))
                .collect(Collectors.toSet()))
            .hasSize(1));
  }

  private static void allow(EmbeddedRedis node, char sign) {
    node.execute("ACL", "SETUSER", "default", sign + "restore-asking");
  }

  /** More often than a script tries it. */
  private static boolean hasRefused(EmbeddedRedis node) {
    return node.execute("ACL", "LOG") instanceof List<?> log
        && log.stream()
            .anyMatch(entry ->
                entry instanceof List<?> words && words.get(1) instanceof Long count && count > 3);
  }
}
