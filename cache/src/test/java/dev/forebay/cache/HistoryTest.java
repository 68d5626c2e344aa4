package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories. {@code -Dforebay.history.seed=...} asks for the same operations again, though not
 * for the same interleaving; {@code -Dforebay.stress.seconds=300} makes them run longer.
 */
@RedisTest
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HistoryTest {

  private static final Duration RUN = Duration.ofSeconds(Long.getLong("forebay.stress.seconds", 2));
  private static final List<Integer> ALL =
      IntStream.range(0, History.ROWS).boxed().toList();

  private final long seed =
      Long.getLong("forebay.history.seed", ThreadLocalRandom.current().nextLong());

  @TempDir
  Path folder;

  @Test
  @Tag("F14")
  void no_read_is_served_what_was_invalidated_before_it_began(RedisNamespace namespace)
      throws Exception {
    try (History history = history(false)) {
      history.add(CachesFixture.on(namespace));
      history.add(CachesFixture.on(namespace));
      history.add(CachesFixture.on(namespace));
      history.start();
      pass(RUN);
      history.stop();

      verify(history);
    }
  }

  @Test
  @Tag("F6")
  void nor_when_connections_break_and_redis_hangs_or_dies() throws Exception {
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .appendOnly(true)
            .setting("appendfsync", "always")
            .start();
        FaultProxy proxy = FaultProxy.before(server);
        History history = history(true)) {
      history.add(impatient(server.uri()));
      history.add(impatient(proxy.uri()));
      history.add(impatient(server.uri()));
      history.start();
      Random random = new Random(seed);
      long end = System.nanoTime() + RUN.toNanos();
      while (System.nanoTime() < end) {
        pass(Duration.ofMillis(random.nextInt(300)));
        disturb(server, proxy, random);
      }
      history.stop();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> history.members.stream().allMatch(HistoryMember::settle));
      for (HistoryMember member : history.members) {
        ALL.forEach(row -> history.get(member, row));
        ALL.forEach(row -> history.getOrLoad(member, row));
      }
      verify(history);
    }
  }

  @Test
  @Tag("F14")
  @Tag("C2")
  void nor_by_another_process_and_when_that_is_killed_others_load_what_it_was_loading(
      RedisNamespace namespace) throws Exception {
    Path file = folder.resolve("source");
    List<Integer> rows = IntStream.range(0, HistoryProcess.FIRST).boxed().toList();
    try (History history = new History(new VersionedSource(file, History.ROWS), rows, seed, false);
        HistoryProcess other =
            new HistoryProcess(namespace.uri(), namespace.keyPrefix(), file, seed + History.ROWS)) {
      HistoryMember member = history.add(CachesFixture.on(namespace));
      Cache<Long, String> slow = HistoryProcess.slow(member.instance);
      assertThat(other.readLine()).isEqualTo("READY");
      history.start();
      pass(RUN);
      assertThat(other.ask("report")).as("seed %d", seed).matches("[1-9][0-9]{2,} reads \\[\\]");
      assertThat(other.ask("load")).isEqualTo("LOADING");
      other.kill();

      assertThat(slow.getOrLoad(1L, id -> "loaded here")).isEqualTo("loaded here");
      // Not by a caller who had waited too long for the lease, who would keep it to himself.
      assertThat(slow.get(1L)).contains("loaded here");
      history.stop();
      verify(history);
    }
  }

  private History history(boolean faulty) throws Exception {
    return new History(
        new VersionedSource(folder.resolve("source"), History.ROWS), ALL, seed, faulty);
  }

  private void verify(History history) {
    assertThat(history.violations())
        .as("seed %d, %d reads, %d writes", seed, history.reads(), history.writes())
        .isEmpty();
    assertThat(history.reads()).isGreaterThan(100);
    assertThat(history.writes()).isGreaterThan(100);
  }

  private static CachesFixture impatient(String uri) {
    return CachesFixture.on(RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofMillis(500))
        .commandTimeout(Duration.ofMillis(200))
        .build());
  }

  private static void disturb(EmbeddedRedis server, FaultProxy proxy, Random random) {
    Duration outage = Duration.ofMillis(random.nextInt(600));
    switch (random.nextInt(10)) {
      case 0 -> proxy.cut();
      case 1 -> proxy.cutAfter(Direction.TO_CLIENT, random.nextInt(2_000));
      case 2 -> proxy.cutAfter(Direction.TO_SERVER, random.nextInt(2_000));
      case 3 -> {
        proxy.refuse();
        proxy.cut();
        pass(outage);
      }
      case 4 -> {
        proxy.stall();
        pass(outage);
      }
      case 5 -> {
        proxy.stall(Direction.TO_CLIENT);
        pass(outage);
      }
      case 6 -> {
        server.pause();
        pass(outage);
        server.resume();
      }
      case 7 -> {
        server.kill();
        pass(outage);
        server.restart();
      }
      default -> {
        // Reads are answered, invalidations refused.
        String command = random.nextBoolean() ? "unlink" : "set";
        server.execute("ACL", "SETUSER", "default", "-" + command);
        pass(outage);
        server.execute("ACL", "SETUSER", "default", "+" + command);
      }
    }
    proxy.heal();
  }

  /** Lets the threads of a history go on for a while. */
  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
