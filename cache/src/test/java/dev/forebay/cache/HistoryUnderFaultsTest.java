package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.testing.ChildJvm;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random histories while servers and networks fail. */
@RedisTest
@FinalVerdict
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HistoryUnderFaultsTest {

  private static final String FAILOVER = "failover";

  @TempDir
  Path folder;

  private enum Fault {
    CUT,
    CUT_REPLY,
    CUT_COMMAND,
    REFUSED,
    STALLED,
    STALLED_REPLIES,
    PAUSED,
    KILLED,
    DELETES_REFUSED,
    WRITES_REFUSED
  }

  @Test
  @Tag("F6")
  void no_read_is_served_what_was_invalidated_before_it_when_connections_break_and_redis_dies()
      throws Exception {
    Path file = folder.resolve("source");
    VersionedSource source = new VersionedSource(file, History.ROWS);
    long seed = History.newSeed();
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .appendOnly(true)
            .setting("appendfsync", "always")
            .start();
        FaultProxy proxy = FaultProxy.before(server);
        FaultProxy elsewhere = FaultProxy.before(server);
        History history = new History(source, HistoryProcess.rowsOfParent(), seed, true);
        ChildJvm other = ChildJvm.start(
            HistoryProcess.class,
            elsewhere.uri(),
            "",
            file.toString(),
            Long.toString(seed + History.ROWS),
            "true")) {
      history.add(CachesFixture.impatient(server.uri()));
      history.add(CachesFixture.impatient(proxy.uri()));
      assertThat(other.readLine()).isEqualTo("READY");
      history.start();
      history.passDoing(
          List.of(Fault.values()),
          (fault, random) ->
              disturb(server, random.nextBoolean() ? proxy : elsewhere, fault, random));
      history.stop();

      assertThat(other.ask("end")).as("seed %d", seed).isEqualTo(HistoryProcess.RIGHT);
      history.settle();
      history.verify();
    }
  }

  @Test
  @Tag("F14")
  void nor_while_the_slots_of_a_cluster_move_and_replicas_take_over_in_order(
      @OwnServer EmbeddedCluster cluster) throws Exception {
    String address = CachesFixture.addressOf(cluster.uri());
    try (History history = History.in(folder, true)) {
      history.add(CachesFixture.on(address, ""));
      history.add(CachesFixture.on(address, ""));
      history.add(CachesFixture.on(address, ""));
      history.start();
      history.passDoing(
          List.of("plain:", "stale:", FAILOVER, "plain:", "stale:", "#epoch:plain", "#epoch:stale"),
          (what, random) -> {
            if (what.equals(FAILOVER)) {
              failOver(cluster, random);
            } else {
              String key = what.endsWith(":") ? what + random.nextInt(History.ROWS) : what;
              move(cluster, key, random);
            }
          });
      history.stop();

      history.settle();
      history.verify();
    }
  }

  private static void disturb(EmbeddedRedis server, FaultProxy proxy, Fault fault, Random random) {
    Duration outage = Duration.ofMillis(random.nextInt(600));
    switch (fault) {
      case CUT -> proxy.cut();
      case CUT_REPLY -> proxy.cutAfter(Direction.TO_CLIENT, random.nextInt(2_000));
      case CUT_COMMAND -> proxy.cutAfter(Direction.TO_SERVER, random.nextInt(2_000));
      case REFUSED -> {
        proxy.refuse();
        proxy.cut();
        History.pass(outage);
      }
      case STALLED -> {
        proxy.stall();
        History.pass(outage);
      }
      case STALLED_REPLIES -> {
        proxy.stall(Direction.TO_CLIENT);
        History.pass(outage);
      }
      case PAUSED -> {
        server.pause();
        History.pass(outage);
        server.resume();
      }
      case KILLED -> {
        server.kill();
        History.pass(outage);
        server.restart();
      }
      case DELETES_REFUSED -> refuse(server, "unlink", outage);
      case WRITES_REFUSED -> refuse(server, "set", outage);
    }
    proxy.heal();
  }

  /** Reads are answered meanwhile. */
  private static void refuse(EmbeddedRedis server, String command, Duration outage) {
    server.execute("ACL", "SETUSER", "default", "-" + command);
    History.pass(outage);
    server.execute("ACL", "SETUSER", "default", "+" + command);
  }

  /** Lets a replica take over once it has all that its master has acknowledged. */
  private static void failOver(EmbeddedCluster cluster, Random random) {
    List<EmbeddedRedis> masters = cluster.masters();
    cluster.failOver(masters.get(random.nextInt(masters.size())));
  }

  /** Moves the slot of a key bit by bit. */
  private static void move(EmbeddedCluster cluster, String key, Random random) {
    int slot = EmbeddedCluster.slotOf(key);
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
