package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Many callers at once, each of whose connections goes through a network that fails in every way. */
@RedisTest
@Isolated("It keeps all processors busy, and others have deadlines to meet")
@Timeout(600)
class NetworkFaultsTest {

  private static final int TIMES = 10;
  private static final int CONNECTIONS = 8;
  private static final Duration SHORT = Duration.ofMillis(250);
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What a network may do to a connection; one way or the other it ends when the proxy is healed. */
  private enum Fault {
    CUT,
    CUT_IN_A_REPLY,
    CUT_IN_A_COMMAND,
    REFUSE,
    STALL,
    STALL_REPLIES,
    STALL_COMMANDS,
    DELAY,
    THROTTLE;

    boolean breaks() {
      return compareTo(REFUSE) <= 0;
    }

    void strike(FaultProxy proxy, ThreadLocalRandom random) {
      switch (this) {
        case CUT -> proxy.cut();
        case CUT_IN_A_REPLY -> proxy.cutAfter(Direction.TO_CLIENT, random.nextInt(5_000));
        case CUT_IN_A_COMMAND -> proxy.cutAfter(Direction.TO_SERVER, random.nextInt(5_000));
        case REFUSE -> {
          proxy.refuse();
          proxy.cut();
        }
        case STALL -> proxy.stall();
        case STALL_REPLIES -> proxy.stall(Direction.TO_CLIENT);
        case STALL_COMMANDS -> proxy.stall(Direction.TO_SERVER);
        case DELAY -> proxy.delay(Duration.ofMillis(random.nextInt(300)));
        case THROTTLE -> proxy.throttle(5_000 + random.nextInt(50_000));
      }
    }
  }

  /** A connection of its own, through a proxy of its own. */
  private record Lane(FaultProxy proxy, Redis redis) implements AutoCloseable {

    static Lane to(EmbeddedRedis server, Duration commandTimeout, @Nullable Path certificates) {
      FaultProxy proxy = FaultProxy.before(server);
      RedisSettingsBuilder settings = RedisSettings.builder()
          .uri(proxy.uri())
          .connectTimeout(Duration.ofSeconds(10))
          .commandTimeout(commandTimeout);
      Redis redis = Redis.connect(
          (certificates == null ? settings : settings.tlsCertificates(certificates)).build());
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
      return new Lane(proxy, redis);
    }

    /** Lets the network fail once. Returns when all is well again. */
    void strike(Fault fault) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      long before = proxy.totalConnections();
      fault.strike(proxy, random);
      if (fault == Fault.CUT_IN_A_REPLY || fault == Fault.CUT_IN_A_COMMAND) {
        awaitAnother(before);
      } else {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(300)));
      }
      proxy.heal();
      if (fault.breaks()) {
        awaitAnother(before);
      }
      await(fault.name())
          .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
          .until(() ->
              redis.commands().get("key:0").await().isPresent() && proxy.openConnections() == 1);
    }

    private void awaitAnother(long before) {
      await().until(() -> proxy.totalConnections() > before);
    }

    @Override
    public void close() {
      redis.close();
      await().until(() -> proxy.openConnections() == 0);
      proxy.close();
    }
  }

  @Test
  void whatever_a_network_does_no_reply_is_wrong_nobody_is_held_and_nothing_is_left(
      @OwnServer EmbeddedRedis server) throws Exception {
    try (EmbeddedRedis tls = EmbeddedRedis.builder()
        .tls()
        .withoutDefaultUser()
        .user("app", "s3cret", "~*", "+@all")
        .start()) {
      Leftovers leftovers = Leftovers.since(server, tls);
      List<Lane> lanes = new ArrayList<>();
      Queue<Fault> met = new ConcurrentLinkedQueue<>();
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          lanes.add(Lane.to(server, SHORT, null));
        }
        for (int i = 0; i < CONNECTIONS; i++) {
          lanes.add(Lane.to(tls, LONG, tls.tlsFiles().caCertificate()));
        }
        MixedLoad late = loadOn(lanes.subList(0, CONNECTIONS));
        MixedLoad awake = loadOn(lanes.subList(CONNECTIONS, lanes.size()));

        MixedLoad.runDuring(() -> strikeAll(lanes, met), late, awake);

        late.assertOnlyLate();
        awake.assertNobodyForgotten();
        assertThat(late.absent() + awake.absent()).isZero();
        assertThat(Fault.values()).allMatch(fault -> Collections.frequency(met, fault) >= TIMES);
        assertThat(lanes)
            .anyMatch(lane -> lane.redis().statistics().suspensions() > 0)
            .allMatch(lane -> lane.redis().statistics().activeConnections() == 1);
      } finally {
        lanes.forEach(Lane::close);
      }
      leftovers.awaitNone();
    }
  }

  private static MixedLoad loadOn(List<Lane> lanes) {
    return new MixedLoad(lanes.stream().map(Lane::redis).toList());
  }

  /** Deals each fault to some connection, in any order, as often as all must have been met. */
  private static void strikeAll(List<Lane> lanes, Queue<Fault> met) throws Exception {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      faults.addAll(Arrays.asList(Fault.values()));
    }
    Collections.shuffle(faults);
    Queue<Fault> left = new ConcurrentLinkedQueue<>(faults);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> striking = new ArrayList<>();
      for (Lane lane : lanes) {
        striking.add(threads.submit(() -> {
          for (Fault fault = left.poll(); fault != null; fault = left.poll()) {
            lane.strike(fault);
            met.add(fault);
          }
        }));
      }
      for (Future<?> lane : striking) {
        lane.get(300, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
