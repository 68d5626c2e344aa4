package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest
@Tag("F14")
@Timeout(120)
class ClusterLinkTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void calls_to_a_node_are_joined_again_after_its_connection_broke(
      @OwnServer EmbeddedCluster cluster) throws Exception {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      EmbeddedRedis node = cluster.masterOf(EmbeddedCluster.slotOf("{a}"));
      awaitJoined(node, redis.commands());
      for (int i = 0; i < 3; i++) {
        AtomicBoolean ended = new AtomicBoolean();
        FutureTask<Void> caller = new FutureTask<>(() -> callUntil(ended, redis.commands()), null);
        new Thread(caller).start();
        try {
          node.execute("CLIENT", "KILL", "TYPE", "normal");
          awaitJoined(node, redis.commands());
        } finally {
          ended.set(true);
        }
        caller.get(60, TimeUnit.SECONDS);
        awaitJoined(node, redis.commands());
      }
    }
  }

  @Test
  void calls_on_one_slot_are_joined_and_find_every_key_while_half_of_them_have_moved(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    List<String> keys = IntStream.range(0, 100).mapToObj(i -> "{a}" + i).toList();
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      RedisCommands commands = redis.commands();
      keys.forEach(
          key -> commands.set(key, key.getBytes(UTF_8), Duration.ofHours(1)).await());
      int slot = EmbeddedCluster.slotOf("{a}");
      EmbeddedRedis source = cluster.masterOf(slot);
      await().atMost(LONG).untilAsserted(() -> {
        source.execute("CONFIG", "RESETSTAT");
        assertFound(keys, commands);
        assertThat(scripts(source)).isPositive().isLessThan(50);
      });
      EmbeddedRedis target = cluster.masters().stream()
          .filter(master -> master.port() != source.port())
          .findFirst()
          .orElseThrow();
      SlotMove move = cluster.beginMove(slot, target);
      move.moveKeys(40);
      assertFound(keys, commands);
      assertThat(String.valueOf(source.execute("INFO", "errorstats")))
          .containsPattern("errorstat_(ASK|TRYAGAIN)");

      assertThat(commands.unlink(keys).await()).isEqualTo(100);

      move.finish();
    }
  }

  /** Asks for all at once, by reads of one and of several and by scripts. */
  private static void assertFound(List<String> keys, RedisCommands commands) {
    LuaScript echo = LuaScript.beside(ClusterLinkTest.class, "key_and_value").combinable();
    List<Reply<ScriptReply>> scripts =
        keys.stream().map(key -> commands.eval(echo, List.of(key), List.of())).toList();
    List<Reply<Optional<byte[]>>> reads = keys.stream().map(commands::get).toList();
    Reply<List<Optional<byte[]>>> all = commands.mget(keys);
    for (int i = 0; i < keys.size(); i++) {
      assertThat(scripts.get(i).await().text(1)).isEqualTo(keys.get(i));
      assertThat(reads.get(i).await().map(ClusterLinkTest::text)).contains(keys.get(i));
    }
    assertThat(
            all.await().stream().map(value -> value.map(ClusterLinkTest::text).orElse("-")))
        .isEqualTo(keys);
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8);
  }

  /** Returns how many scripts a node ran since its statistics were reset. */
  private static int scripts(EmbeddedRedis node) {
    return Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)")
        .matcher(String.valueOf(node.execute("INFO", "commandstats")))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  @Test
  void a_cluster_whose_nodes_are_all_gone_is_disconnected_until_they_are_back(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    RedisSettings settings = RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofSeconds(3))
        .commandTimeout(Duration.ofSeconds(30))
        .build();
    List<ConnectionState> states = new CopyOnWriteArrayList<>();
    try (Redis redis = Redis.connect(settings)) {
      redis.onStateChange(states::add);
      cluster.nodes().forEach(EmbeddedRedis::kill);

      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> redis.state() == ConnectionState.DISCONNECTED
              && redis.statistics().failures() > 0);
      assertThat(redis.statistics().unavailableTime()).isPositive();

      cluster.nodes().forEach(EmbeddedRedis::restart);
      await()
          .ignoreExceptions()
          .atMost(Duration.ofSeconds(60))
          .until(() -> redis.commands().get("{a}").await().isEmpty());
      await()
          .untilAsserted(() -> assertThat(states)
              .startsWith(ConnectionState.DISCONNECTED, ConnectionState.CONNECTED));
    }
  }

  @Test
  void a_required_cluster_that_does_not_come_back_is_given_up(@OwnServer EmbeddedCluster cluster) {
    List<RedisUnavailableException> told = new CopyOnWriteArrayList<>();
    RedisSettings required = RedisSettings.builder()
        .uri(TestSettings.clusterUri(cluster.uri()))
        .availability(Availability.REQUIRED)
        .connectTimeout(Duration.ofSeconds(5))
        .reconnectAttempts(2)
        .onGiveUp(told::add)
        .build();
    try (Redis redis = Redis.connect(required)) {
      cluster.nodes().forEach(EmbeddedRedis::kill);

      await().atMost(Duration.ofSeconds(40)).until(() -> !told.isEmpty());
      assertThat(redis.state()).isEqualTo(ConnectionState.CLOSED);
    }
  }

  @Test
  void a_scan_does_not_go_on_with_a_cursor_of_a_lost_connection(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      RedisCommands commands = redis.commands();
      for (int i = 0; i < 300; i++) {
        commands.set("key:" + i, new byte[1], Duration.ofHours(1)).await();
      }
      AtomicInteger found = new AtomicInteger();
      commands.scan("key:*", 10, page -> found.addAndGet(page.size()) >= 0);
      assertThat(found).hasValueGreaterThanOrEqualTo(300);

      AtomicBoolean broken = new AtomicBoolean();
      assertThatThrownBy(() -> commands.scan("key:*", 10, page -> {
            if (broken.compareAndSet(false, true)) {
              cluster
                  .masters()
                  .forEach(master -> master.execute("CLIENT", "KILL", "TYPE", "normal"));
              cluster.masters().forEach(master -> awaitAnswers(master, commands));
            }
            return true;
          }))
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("stayed connected during a scan");
    }
  }

  @Test
  void a_scan_needs_no_call_before_it_to_connect_to_nodes_that_took_over(
      @OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      failOver(cluster, cluster.masters().subList(0, 2), redis.commands());

      await().ignoreExceptions().atMost(LONG).untilAsserted(() -> {
        AtomicInteger found = new AtomicInteger();
        redis.commands().scan("*", 10, page -> found.addAndGet(page.size()) >= 0);
        assertThat(found).hasValue(1);
      });
    }
  }

  @Test
  void a_cluster_of_which_every_master_changed_stays_connected(@OwnServer EmbeddedCluster cluster) {
    RedisSettings settings = TestSettings.patient(TestSettings.clusterUri(cluster.uri()))
        .connectTimeout(Duration.ofSeconds(10))
        .build();
    List<ConnectionState> states = new CopyOnWriteArrayList<>();
    try (Redis redis = Redis.connect(settings)) {
      redis.onStateChange(states::add);
      failOver(cluster, cluster.masters(), redis.commands());

      assertThat(states).isEmpty();
    }
  }

  /** Lets replicas take over, of which all but the first are then connected to without a call. */
  private static void failOver(
      EmbeddedCluster cluster, List<EmbeddedRedis> masters, RedisCommands commands) {
    Map<EmbeddedRedis, Set<String>> before = new HashMap<>();
    cluster.nodes().forEach(node -> before.put(node, clientsOf(node)));
    List<EmbeddedRedis> successors = masters.stream().map(cluster::failOver).toList();
    String key = IntStream.range(0, 1_000)
        .mapToObj(i -> "key:" + i)
        .filter(name -> cluster.masterOf(EmbeddedCluster.slotOf(name)) == successors.get(0))
        .findFirst()
        .orElseThrow();
    // Its old master tells who the new one is, whereupon all nodes are looked at.
    commands.set(key, new byte[1], Duration.ofHours(1)).await();
    for (EmbeddedRedis successor : successors) {
      await()
          .atMost(LONG)
          .until(() -> !before.getOrDefault(successor, Set.of()).containsAll(clientsOf(successor)));
    }
  }

  /** Returns the numbers of a node's clients that stay, without those that only look at all nodes. */
  private static Set<String> clientsOf(EmbeddedRedis node) {
    return String.valueOf(node.execute("CLIENT", "LIST", "TYPE", "normal"))
        .lines()
        .filter(line -> line.contains(" name= ") && line.contains(" qbuf=0 "))
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.toSet());
  }

  /** Waits until this node's keys can be read again. */
  private static void awaitAnswers(EmbeddedRedis node, RedisCommands commands) {
    String key = String.valueOf(node.execute("RANDOMKEY"));
    await()
        .ignoreExceptions()
        .atMost(Duration.ofSeconds(30))
        .until(() -> commands.get(key).await().isPresent());
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
