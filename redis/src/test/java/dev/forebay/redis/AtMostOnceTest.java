package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.COLLECTION;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Each call has a number, and Redis counts how often it carries out each. {@code
 * -Dforebay.stress.seconds=120} goes on for longer.
 */
@RedisTest
@FinalVerdict
@Timeout(600)
class AtMostOnceTest {

  private static final LuaScript COUNT = LuaScript.beside(AtMostOnceTest.class, "count_by_number");
  /** Keeps a server busy for some 100 ms. */
  private static final String BUSY = "for i = 1, 20000000 do end";

  private static final int CALLERS = 16;
  private static final int SLOTS = 8;

  private final AtomicInteger sent = new AtomicInteger();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();

  @Test
  @Tag("F14")
  void on_a_cluster_no_call_is_carried_out_twice_although_connections_break_and_slots_move(
      @OwnServer EmbeddedCluster cluster, TestReporter report) throws Exception {
    String uri = TestSettings.clusterUri(cluster.uri());
    RedisSettings settings = TestSettings.patient(uri).build();
    try (ConnectionSupervisor supervisor = new ConnectionSupervisor(
        settings, Workload.CACHE, new ClusterConnector(settings, Workload.CACHE))) {
      supervisor.start();
      RedisCommands commands = new LettuceCommands(supervisor, settings, "test");
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        LuaScript script = i % 2 == 0 ? COUNT : COUNT.combinable();
        callers.add(threads.submit(() -> {
          while (!over.get()) {
            call(commands, script);
          }
        }));
      }
      try {
        disturb(cluster, supervisor);
      } finally {
        over.set(true);
        for (Future<?> caller : callers) {
          caller.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
      }

      assertThat(failed.sum()).isPositive();
      assertThat(answered.sum()).isGreaterThan(100);
      int carriedOut = 0;
      for (int slot = 0; slot < SLOTS; slot++) {
        List<?> counts = (List<?>) requireNonNull(cluster.execute("HVALS", keyOf(slot)));
        assertThat(Set.copyOf(counts)).asInstanceOf(COLLECTION).containsExactly("1");
        carriedOut += counts.size();
      }
      report.publishEntry(
          "calls",
          sent + ", answered " + answered + ", failed " + failed + ", carried out " + carriedOut);
      assertThat((long) carriedOut)
          .as("carried out, some of them without an answer")
          .isGreaterThan(answered.sum())
          .isLessThanOrEqualTo(sent.get());
    }
  }

  private void call(RedisCommands commands, LuaScript script) {
    int number = sent.incrementAndGet();
    List<byte[]> arguments = List.of(Integer.toString(number).getBytes(UTF_8));
    try {
      assertThat(commands
              .eval(script, List.of(keyOf(number % SLOTS)), arguments)
              .await()
              .text())
          .isEqualTo("1");
      answered.increment();
    } catch (RedisUnavailableException e) {
      failed.increment();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static String keyOf(int slot) {
    return "{" + slot + "}calls";
  }

  private static void disturb(EmbeddedCluster cluster, ConnectionSupervisor supervisor) {
    long end = System.nanoTime() + MixedLoad.RUN.toNanos();
    for (int round = 0; System.nanoTime() < end; round++) {
      List<EmbeddedRedis> masters = cluster.masters();
      EmbeddedRedis master = masters.get(round % masters.size());
      if (round % 2 == 0) {
        breakOff(master, supervisor);
      } else {
        master.execute("CLIENT", "KILL", "TYPE", "normal");
        pause(Duration.ofMillis(50));
      }
      if (round % 10 == 0) {
        int slot = EmbeddedCluster.slotOf(keyOf(ThreadLocalRandom.current().nextInt(SLOTS)));
        EmbeddedRedis source = cluster.masterOf(slot);
        SlotMove move = cluster.beginMove(
            slot, masters.stream().filter(each -> each != source).findAny().orElseThrow());
        pause(Duration.ofMillis(50));
        move.finish();
      }
    }
  }

  /** Closes the connection to a server that is busy: what it has of it is carried out, and nobody is told. */
  private static void breakOff(EmbeddedRedis master, ConnectionSupervisor supervisor) {
    await().until(() -> socketTo(master, supervisor) != null);
    CompletableFuture<Void> busy =
        CompletableFuture.runAsync(() -> master.execute("EVAL", BUSY, "0"));
    pause(Duration.ofMillis(50));
    Channel socket = socketTo(master, supervisor);
    if (socket != null) {
      var unused = socket.close();
    }
    busy.join();
  }

  private static @Nullable Channel socketTo(EmbeddedRedis master, ConnectionSupervisor supervisor) {
    Link link = supervisor.link();
    if (link == null || !(link.sockets() instanceof Set<?> sockets)) {
      return null;
    }
    return sockets.stream()
        .map(Channel.class::cast)
        .filter(socket -> socket.remoteAddress().toString().endsWith(":" + master.port()))
        .findFirst()
        .orElse(null);
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
