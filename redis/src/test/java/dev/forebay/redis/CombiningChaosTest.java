package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Many callers at once, while servers die, hang, fail over and hand slots to each other. */
@RedisTest
@Isolated("It keeps all processors busy, and others have deadlines to meet")
@FinalVerdict
@Timeout(600)
class CombiningChaosTest {

  private static final Duration SHORT = Duration.ofMillis(250);
  private static final Duration LONG = Duration.ofSeconds(30);

  /** For commands, for what a node redirects, and to look at the cluster. */
  private static final int MOST_PER_NODE = 3;

  @Test
  void every_reply_is_that_of_its_key_and_nobody_is_forgotten(
      @OwnServer EmbeddedRedis server, TestReporter report) throws Exception {
    Leftovers leftovers = Leftovers.since(server);
    try (Redis redis = connect(server.uri(), LONG)) {
      MixedLoad load = new MixedLoad(redis);
      load.runDuring(() ->
          await().atMost(Duration.ofMinutes(5)).until(() -> load.answered() >= MixedLoad.REPLIES));

      report.publishEntry("replies checked", Long.toString(load.answered()));
      assertThat(load.failed()).isZero();
      assertThat(load.absent()).isZero();
      load.assertNobodyForgotten();
      leftovers.awaitClients(1);
    }
    leftovers.awaitNone();
  }

  @Test
  void a_server_that_dies_and_hangs_gives_no_wrong_reply_and_holds_nobody_past_the_deadline(
      @OwnServer(appendOnly = true) EmbeddedRedis server) throws Exception {
    Leftovers leftovers = Leftovers.since(server);
    try (Redis hasty = connect(server.uri(), SHORT);
        Redis patient = connect(server.uri(), LONG)) {
      MixedLoad late = new MixedLoad(hasty);
      MixedLoad awake = new MixedLoad(patient);
      MixedLoad.runDuring(
          () -> {
            disturb(server);
            pause(500);
          },
          late,
          awake);
      late.assertOnlyLate();
      awake.assertNobodyForgotten();
      leftovers.awaitClients(2);
    }
    leftovers.awaitNone();
  }

  @Test
  @Tag("F5")
  void a_failover_gives_no_wrong_reply_and_holds_nobody_past_the_deadline(
      @OwnServer EmbeddedSentinel sentinel, RedisNamespace namespace) throws Exception {
    Leftovers leftovers = Leftovers.since(sentinel);
    try (Redis hasty = connect(sentinel.uri(), SHORT);
        Redis patient = connect(sentinel.uri(), LONG)) {
      AtomicInteger changes = new AtomicInteger();
      CommandSuite suite = new CommandSuite(namespace, patient, "");
      MixedLoad late = new MixedLoad(hasty);
      MixedLoad awake = new MixedLoad(patient).beside(() -> suite.runThrough(changes));
      MixedLoad.runDuring(
          () -> {
            changes.incrementAndGet();
            sentinel.failOver();
            changes.incrementAndGet();
            pause(500);
          },
          late,
          awake);
      late.assertOnlyLate();
      awake.assertNobodyForgotten();
      assertThat(suite.passed()).isPositive();
      await().ignoreExceptionsInstanceOf(RedisUnavailableException.class).untilAsserted(suite::run);
      leftovers.awaitClients(2);
    }
    leftovers.awaitNone();
  }

  @Test
  @Tag("F14")
  void a_cluster_gives_every_caller_the_reply_of_its_key_while_slots_move(
      @OwnServer EmbeddedCluster cluster, RedisNamespace namespace) throws Exception {
    Leftovers leftovers = Leftovers.since(cluster);
    try (Redis redis = connect(onCluster(cluster), LONG)) {
      List<CommandSuite> suites = IntStream.range(0, MixedLoad.TAGS)
          .mapToObj(i -> new CommandSuite(namespace, redis, MixedLoad.tag(i)))
          .toList();
      MixedLoad load = new MixedLoad(redis);
      suites.forEach(suite -> load.beside(suite::run));
      load.runDuring(() -> move(cluster, ThreadLocalRandom.current()));

      assertThat(load.failed()).isZero();
      assertThat(load.absent()).isZero();
      load.assertNobodyForgotten();
      assertThat(suites).allMatch(suite -> suite.passed() > 0);
      assertThat(cluster.nodes())
          .as("some met a slot of which their keys were half moved")
          .anyMatch(node -> String.valueOf(node.execute("INFO", "errorstats"))
              .matches("(?s).*errorstat_(ASK|TRYAGAIN):.*"));
      leftovers.awaitClients(MOST_PER_NODE);
    }
    leftovers.awaitNone();
  }

  /** Moves a slot, most often one of many keys, of which half are there before the others. */
  private static void move(EmbeddedCluster cluster, ThreadLocalRandom random) {
    String key = random.nextInt(4) == 0
        ? "key:" + random.nextInt(500)
        : MixedLoad.tag(random.nextInt(MixedLoad.TAGS));
    int slot = EmbeddedCluster.slotOf(key);
    EmbeddedRedis source = cluster.masterOf(slot);
    EmbeddedRedis target = cluster.masters().stream()
        .filter(master -> master.port() != source.port())
        .findFirst()
        .orElseThrow();
    SlotMove move = cluster.beginMove(slot, target);
    pause(20);
    move.moveKeys(5);
    pause(40);
    move.finish();
  }

  @Test
  @Tag("F14")
  void a_node_that_hangs_or_dies_gives_no_wrong_reply_and_holds_nobody_past_the_deadline(
      @OwnServer EmbeddedCluster cluster) throws Exception {
    Leftovers leftovers = Leftovers.since(cluster);
    try (Redis hasty = connect(onCluster(cluster), SHORT);
        Redis patient = connect(onCluster(cluster), LONG)) {
      MixedLoad late = new MixedLoad(hasty);
      MixedLoad awake = new MixedLoad(patient);
      EmbeddedRedis hanging = cluster.masterOf(0);
      MixedLoad.runDuring(
          () -> {
            hanging.pause();
            pause(400);
            hanging.resume();
            pause(400);
          },
          late,
          awake);
      cluster.masterOf(EmbeddedCluster.slotOf("key:1")).kill();
      MixedLoad.runDuring(() -> pause(500), late, awake);
      late.assertOnlyLate();
      awake.assertNobodyForgotten();
      leftovers.awaitClients(2 * MOST_PER_NODE);
    }
    leftovers.awaitNone();
  }

  @Test
  @Tag("F3")
  void a_caller_gives_up_at_its_deadline_whatever_he_calls_on_whatever_kind_of_thread(
      @OwnServer EmbeddedRedis server) throws Exception {
    Duration deadline = Duration.ofMillis(100);
    try (Redis redis = connect(server.uri(), deadline)) {
      RedisCommands commands = redis.commands();
      LuaScript script = LuaScript.beside(MixedLoad.class, "key_and_value");
      List<Runnable> calls = List.of(
          () -> commands.get("a").await(),
          () -> commands.mget(List.of("a", "b")).await(),
          () -> commands.set("a", new byte[1], Duration.ofHours(1)).await(),
          () -> commands.exists("a").await(),
          () -> commands.unlink(List.of("a", "b")).await(),
          () -> commands.eval(script, List.of("a"), List.of()).await(),
          () -> commands.scan("*", 10, page -> true));
      List<ExecutorService> pools = MixedLoad.pools();
      for (Runnable call : calls) {
        call.run();
      }
      server.pause();
      try {
        // All at once: after a few time-outs in a row nobody waits any more.
        List<Future<Duration>> waited = new ArrayList<>();
        Gate together = new Gate();
        for (ExecutorService pool : pools) {
          for (Runnable call : calls) {
            for (int i = 0; i < 3; i++) {
              waited.add(pool.submit(() -> untilGivenUp(together, call)));
            }
          }
        }
        together.open();
        List<Duration> times = new ArrayList<>();
        for (Future<Duration> time : waited) {
          times.add(time.get(20, TimeUnit.SECONDS));
        }
        Collections.sort(times);
        assertThat(times).allMatch(time -> time.compareTo(deadline) >= 0);
        assertThat(times.get(times.size() / 2)).isLessThan(Duration.ofMillis(300));
        assertThat(redis.statistics().timeouts()).isEqualTo(times.size());
      } finally {
        server.resume();
        pools.forEach(ExecutorService::shutdown);
      }
    }
  }

  private static Duration untilGivenUp(Gate together, Runnable call) {
    together.awaitOpen();
    long start = System.nanoTime();
    assertThatThrownBy(call::run)
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("within 100 ms");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void disturb(EmbeddedRedis server) {
    if (ThreadLocalRandom.current().nextBoolean()) {
      server.pause();
      pause(ThreadLocalRandom.current().nextInt(600));
      server.resume();
    } else {
      server.kill();
      server.restart();
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static Redis connect(String uri, Duration commandTimeout) {
    Redis redis = Redis.connect(RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofSeconds(10))
        .commandTimeout(commandTimeout)
        .build());
    assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    return redis;
  }

  private static String onCluster(EmbeddedCluster cluster) {
    return TestSettings.clusterUri(cluster.uri());
  }
}
