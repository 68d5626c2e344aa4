package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Connections that are closed at any moment, while others of their calls and attempts go on. */
@RedisTest
@Isolated
@Timeout(180)
class ClosingTest {

  private static final int THREADS = 4;
  private static final long LONGEST_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final long LONGEST_FAREWELL_MILLIS = 15_000;

  private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
  private final ListAppender<ILoggingEvent> complaints = new ListAppender<>();

  @BeforeEach
  void listen() {
    complaints.start();
    netty.setLevel(Level.WARN);
    netty.setAdditive(false);
    netty.addAppender(complaints);
  }

  @AfterEach
  void stopListening() {
    netty.detachAppender(complaints);
    netty.setAdditive(true);
    netty.setLevel(null);
  }

  @Test
  void nothing_is_sent_to_an_event_loop_that_has_ended(@OwnServer EmbeddedRedis server)
      throws Exception {
    Leftovers leftovers = Leftovers.since(server);
    openAndClose(30, server.uri(), () -> {});

    assertNoComplaints();
    leftovers.awaitNone();
  }

  @Test
  void nor_when_connections_break_at_the_same_time(@OwnServer EmbeddedRedis server)
      throws Exception {
    Leftovers leftovers = Leftovers.since(server);
    try (FaultProxy proxy = FaultProxy.before(server)) {
      openAndClose(30, proxy.uri(), proxy::cut);

      assertNoComplaints();
      await().until(() -> proxy.openConnections() == 0);
    }
    leftovers.awaitNone();
  }

  @Test
  void nor_when_the_server_hangs(@OwnServer EmbeddedRedis server) throws Exception {
    Leftovers leftovers = Leftovers.since(server);
    try (FaultProxy proxy = FaultProxy.before(server)) {
      proxy.stall();
      openAndClose(5, proxy.uri(), () -> {});

      assertNoComplaints();
    }
    leftovers.awaitNone();
  }

  @Test
  void nor_with_sentinels(@OwnServer EmbeddedSentinel sentinel) throws Exception {
    Leftovers leftovers = Leftovers.since(sentinel);
    openAndClose(20, sentinel.uri(), () -> {});

    assertNoComplaints();
    leftovers.awaitNone();
  }

  @Test
  void nor_on_a_cluster(@OwnServer EmbeddedCluster cluster) throws Exception {
    Leftovers leftovers = Leftovers.since(cluster);
    openAndClose(10, TestSettings.clusterUri(cluster.uri()), () -> {});

    assertNoComplaints();
    leftovers.awaitNone();
  }

  private void assertNoComplaints() {
    assertThat(complaints.list)
        .extracting(event -> event.getFormattedMessage() + "\n"
            + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .isEmpty();
  }

  private static void openAndClose(int times, String uri, Runnable beforeClose) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> users = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        users.add(threads.submit(() -> {
          for (int n = 0; n < times; n++) {
            openAndClose(uri, beforeClose);
          }
        }));
      }
      for (Future<?> user : users) {
        user.get(120, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void openAndClose(String uri, Runnable beforeClose) {
    RedisSettings settings = RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofMillis(500))
        .commandTimeout(Duration.ofSeconds(30))
        .build();
    Thread caller;
    try (Redis redis = Redis.connect(settings)) {
      redis.commands().subscribe("news", message -> {});
      caller = new Thread(() -> callUntilClosed(redis));
      caller.start();
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_LIFE_NANOS));
      beforeClose.run();
    }
    try {
      // Far sooner than the time-out, at which a caller that was forgotten would wake.
      caller.join(LONGEST_FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(caller.getStackTrace()).as("where a caller waits after the end").isEmpty();
  }

  private static void callUntilClosed(Redis redis) {
    while (redis.state() != ConnectionState.CLOSED) {
      try {
        var unused = redis.commands().get("key").await();
        var ignored = redis.commands().dbsize().await();
      } catch (RedisUnavailableException e) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
      }
    }
  }
}
