package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random histories while servers and networks fail. */
@RedisTest
@FinalVerdict
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HistoryUnderFaultsTest {

  @TempDir
  Path folder;

  @Test
  @Tag("F6")
  void no_read_is_served_what_was_invalidated_before_it_when_connections_break_and_redis_dies()
      throws Exception {
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .appendOnly(true)
            .setting("appendfsync", "always")
            .start();
        FaultProxy proxy = FaultProxy.before(server);
        History history = History.in(folder, true)) {
      history.add(impatient(server.uri()));
      history.add(impatient(proxy.uri()));
      history.add(impatient(server.uri()));
      history.start();
      history.passDoing(random -> disturb(server, proxy, random));
      history.stop();

      history.settle();
      history.verify();
    }
  }

  @Test
  @Tag("F14")
  void nor_while_the_slots_of_a_cluster_move(@OwnServer EmbeddedCluster cluster) throws Exception {
    String address = CachesFixture.addressOf(cluster.uri());
    AtomicInteger moves = new AtomicInteger();
    try (History history = History.in(folder, true)) {
      history.add(CachesFixture.on(address, ""));
      history.add(CachesFixture.on(address, ""));
      history.add(CachesFixture.on(address, ""));
      history.start();
      history.passDoing(random -> {
        move(cluster, random);
        moves.incrementAndGet();
      });
      history.stop();

      history.settle();
      history.verify();
      assertThat(moves.get()).isPositive();
    }
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
        History.pass(outage);
      }
      case 4 -> {
        proxy.stall();
        History.pass(outage);
      }
      case 5 -> {
        proxy.stall(Direction.TO_CLIENT);
        History.pass(outage);
      }
      case 6 -> {
        server.pause();
        History.pass(outage);
        server.resume();
      }
      case 7 -> {
        server.kill();
        History.pass(outage);
        server.restart();
      }
      default -> {
        // Reads are answered, invalidations refused.
        String command = random.nextBoolean() ? "unlink" : "set";
        server.execute("ACL", "SETUSER", "default", "-" + command);
        History.pass(outage);
        server.execute("ACL", "SETUSER", "default", "+" + command);
      }
    }
    proxy.heal();
  }

  /** Moves the slot of a row, or of an epoch, bit by bit. */
  private static void move(EmbeddedCluster cluster, Random random) {
    String cache = random.nextBoolean() ? "plain" : "stale";
    int slot = EmbeddedCluster.slotOf(
        random.nextInt(4) == 0 ? "#epoch:" + cache : cache + ":" + random.nextInt(History.ROWS));
    EmbeddedRedis source = cluster.masterOf(slot);
    List<EmbeddedRedis> others =
        cluster.masters().stream().filter(master -> master != source).toList();
    SlotMove move = cluster.beginMove(slot, others.get(random.nextInt(others.size())));
    History.pass(Duration.ofMillis(random.nextInt(100)));
    move.moveKeys(1);
    History.pass(Duration.ofMillis(random.nextInt(100)));
    move.finish();
  }
}
