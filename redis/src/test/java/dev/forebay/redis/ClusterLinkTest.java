package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest
@Tag("F14")
@Timeout(120)
class ClusterLinkTest {

  @Test
  void calls_to_a_node_are_joined_again_after_its_connection_broke(
      @OwnServer EmbeddedCluster cluster) throws Exception {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      EmbeddedRedis node = cluster.masterOf(EmbeddedCluster.slotOf("{a}"));
      awaitJoined(node, redis.commands());
      for (int i = 0; i < 3; i++) {
        AtomicBoolean ended = new AtomicBoolean();
        Thread caller = new Thread(() -> callUntil(ended, redis.commands()));
        caller.start();
        node.execute("CLIENT", "KILL", "TYPE", "normal");
        awaitJoined(node, redis.commands());
        ended.set(true);
        caller.join();
        awaitJoined(node, redis.commands());
      }
    }
  }

  @Test
  void keys_of_one_slot_are_unlinked_together_while_the_slot_moves(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    List<String> keys = IntStream.range(0, 10).mapToObj(i -> "{a}" + i).toList();
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      keys.forEach(
          key -> redis.commands().set(key, new byte[1], Duration.ofHours(1)).await());
      int slot = EmbeddedCluster.slotOf("{a}");
      EmbeddedRedis source = cluster.masterOf(slot);
      EmbeddedRedis target = cluster.masters().stream()
          .filter(master -> master.port() != source.port())
          .findFirst()
          .orElseThrow();
      SlotMove move = cluster.beginMove(slot, target);
      move.moveKeys(4);

      assertThat(redis.commands().unlink(keys).await()).isEqualTo(10);

      move.finish();
    }
  }

  private static void callUntil(AtomicBoolean ended, RedisCommands commands) {
    while (!ended.get()) {
      try {
        commands.get("{a}").await();
      } catch (RedisUnavailableException e) {
        assertThat(e).hasMessageContaining("not available");
      }
    }
  }

  private static void awaitJoined(EmbeddedRedis node, RedisCommands commands) {
    await().ignoreExceptions().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
      node.execute("CONFIG", "RESETSTAT");
      List<Reply<Optional<byte[]>>> replies =
          IntStream.range(0, 100).mapToObj(i -> commands.get("{a}" + i)).toList();
      replies.forEach(Reply::await);
      assertThat(String.valueOf(node.execute("INFO", "commandstats"))).contains("cmdstat_mget:");
    });
  }
}
