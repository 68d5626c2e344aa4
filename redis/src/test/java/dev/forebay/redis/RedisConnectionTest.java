package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@RedisTest
class RedisConnectionTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  @Tag("F3")
  void a_lost_connection_comes_back_by_itself(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      List<ConnectionState> states = new CopyOnWriteArrayList<>();
      redis.onStateChange(states::add);
      assertThat(redis.statistics().activeConnections()).isEqualTo(1);

      server.kill();
      await().until(() -> redis.state() == ConnectionState.DISCONNECTED);
      assertThat(redis.statistics().activeConnections()).isZero();
      server.restart();
      await()
          .untilAsserted(() -> assertThat(states)
              .containsExactly(ConnectionState.DISCONNECTED, ConnectionState.CONNECTED));

      assertThat(redis.statistics().activeConnections()).isEqualTo(1);
      assertThat(redis.commands().exists("k").await()).isFalse();
      assertThat(redis.statistics().reconnections()).isEqualTo(1);
      assertThat(redis.statistics().unavailableTime()).isPositive();
    }
  }

  @Test
  @Tag("F3")
  void attempts_failures_and_reconnections_are_counted(@OwnServer EmbeddedRedis server) {
    server.stop();
    try (Redis redis = Redis.connect(settings(server))) {
      await().until(() -> redis.statistics().failures() >= 3);
      assertThat(redis.state()).isEqualTo(ConnectionState.DISCONNECTED);

      server.restart();
      await().until(() -> redis.state() == ConnectionState.CONNECTED);

      ConnectionStatistics statistics = redis.statistics();
      assertThat(statistics.attempts()).isEqualTo(statistics.failures() + 1);
      assertThat(statistics.reconnections()).isZero();
    }
  }

  @Test
  void without_a_connection_a_command_fails_at_once(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      server.kill();
      await().until(() -> redis.state() == ConnectionState.DISCONNECTED);

      Reply<Optional<byte[]>> reply = redis.commands().get("k");

      assertThatThrownBy(reply::await)
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());
    }
  }

  @Test
  void a_command_under_way_when_the_connection_breaks_fails_and_is_not_sent_again(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    RedisSettings patient =
        TestSettings.patient(server.uri()).commandTimeout(MINUTE).build();
    try (Redis redis = Redis.connect(patient)) {
      server.pause();
      Reply<String> set = redis.commands().set("k", "v".getBytes(UTF_8), MINUTE);
      server.kill();

      assertThatThrownBy(set::await)
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("is not available");
      server.restart();
      await().until(() -> redis.state() == ConnectionState.CONNECTED);

      assertThat(redis.commands().exists("k").await()).isFalse();
    }
  }

  @Test
  @Tag("F3")
  void a_server_that_hangs_costs_the_command_timeout(@OwnServer EmbeddedRedis server) {
    RedisSettings settings =
        TestSettings.patient(server.uri()).commandTimeout(Duration.ofMillis(50)).build();
    try (Redis redis = Redis.connect(settings)) {
      server.pause();
      try {
        Reply<Boolean> reply = redis.commands().exists("k");

        assertThatThrownBy(reply::await)
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("No reply from Redis")
            .hasMessageContaining("within 50 ms");
      } finally {
        server.resume();
      }
      // A busy machine takes longer than this time-out now and then.
      await().ignoreExceptions().until(() -> !redis.commands().exists("k").await());
    }
  }

  @Test
  void an_error_reply_is_told_apart_from_an_outage(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      server.execute("LPUSH", "list", "1");
      Reply<Optional<byte[]>> reply = redis.commands().get("list");

      assertThatThrownBy(reply::await)
          .isInstanceOf(RedisOperationException.class)
          .hasMessageContaining("WRONGTYPE");
    }
  }

  @Test
  void a_scan_does_not_go_on_with_the_cursor_of_a_server_that_was_restarted(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      for (int i = 0; i < 100; i++) {
        server.execute("SET", "key:" + i, "v");
      }
      List<String> found = new ArrayList<>();

      assertThatThrownBy(() -> redis.commands().scan("key:*", 10, page -> {
            if (found.isEmpty()) {
              server.kill();
              await().until(() -> redis.state() == ConnectionState.DISCONNECTED);
              server.restart();
              await().until(() -> redis.state() == ConnectionState.CONNECTED);
            }
            return found.addAll(page);
          }))
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("stayed connected during a scan");
    }
  }

  @Test
  void credentials_are_sent(@OwnServer(password = "p@ss:w%rd /") EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    }
  }

  @Test
  void a_wrong_password_is_no_connection(@OwnServer(password = "right") EmbeddedRedis server) {
    String wrong = server.uri().replace("right", "wrong");
    try (Redis redis = Redis.connect(RedisSettings.builder().uri(wrong).build())) {
      assertThat(redis.state()).isEqualTo(ConnectionState.DISCONNECTED);
      assertThat(redis.statistics().failures()).isPositive();
    }
  }

  @Test
  void the_server_tells_its_figures(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      server.execute("SET", "k", "v");

      ServerInfo info = redis.serverInfo().orElseThrow();

      assertThat(info.version()).isEqualTo(server.version());
      assertThat(info.keys()).isEqualTo(1);
      assertThat(info.usedMemoryBytes()).isPositive();
      assertThat(info.peakMemoryBytes()).isGreaterThanOrEqualTo(info.usedMemoryBytes());
    }
  }

  @Test
  void switched_off_nothing_is_ever_connected(@OwnServer EmbeddedRedis server) {
    RedisSettings off = RedisSettings.builder().uri(server.uri()).enabled(false).build();
    try (Redis redis = Redis.connect(off)) {
      assertThat(redis.state()).isEqualTo(ConnectionState.DISABLED);
      assertThat(redis.statistics().attempts()).isZero();
      assertThat(redis.serverInfo()).isEmpty();
      assertThatThrownBy(() -> redis.commands().exists("k").await())
          .hasMessageContaining("switched off");
    }
  }

  @Test
  void closing_ends_the_connection_and_what_comes_after_fails(@OwnServer EmbeddedRedis server) {
    Redis redis = Redis.connect(settings(server));
    redis.close();
    redis.close();

    assertThat(redis.state()).isEqualTo(ConnectionState.CLOSED);
    assertThatThrownBy(() -> redis.commands().exists("k").await())
        .isInstanceOf(RedisUnavailableException.class);
    await()
        .untilAsserted(() ->
            assertThat(String.valueOf(server.execute("CLIENT", "LIST")).lines()).hasSize(1));
  }

  @Test
  void an_attempt_takes_no_longer_than_the_connect_time_out() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RedisSettings settings = RedisSettings.builder()
          .uri("redis://127.0.0.1:" + mute.getLocalPort())
          .connectTimeout(Duration.ofMillis(200))
          .build();
      try (Redis redis = Redis.connect(settings)) {
        await().atMost(Duration.ofSeconds(20)).until(() -> redis.statistics().failures() >= 2);
      }
    }
  }

  @Test
  void an_error_in_a_listener_does_not_end_reconnecting(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server))) {
      redis.onStateChange(state -> {
        throw new NoClassDefFoundError("a listener's own bug");
      });
      server.kill();
      await().until(() -> redis.state() == ConnectionState.DISCONNECTED);
      server.restart();

      await().until(() -> redis.state() == ConnectionState.CONNECTED);
    }
  }

  @Test
  void an_interrupted_thread_closes_everything_and_stays_interrupted(
      @OwnServer EmbeddedRedis server) throws InterruptedException {
    Redis redis = Redis.connect(settings(server));
    List<ConnectionState> states = new CopyOnWriteArrayList<>();
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    redis.onStateChange(states::add);
    Thread closer = new Thread(() -> {
      Thread.currentThread().interrupt();
      redis.close();
      interrupted.add(Thread.currentThread().isInterrupted());
    });
    closer.start();
    closer.join();

    assertThat(interrupted).containsExactly(true);
    await().untilAsserted(() -> assertThat(states).containsExactly(ConnectionState.CLOSED));
    await()
        .untilAsserted(() ->
            assertThat(String.valueOf(server.execute("CLIENT", "LIST")).lines()).hasSize(1));
  }

  @Test
  void nobody_is_told_of_a_connection_after_the_end(@OwnServer EmbeddedRedis server)
      throws InterruptedException {
    Redis redis = Redis.connect(settings(server));
    List<ConnectionState> told = new CopyOnWriteArrayList<>();
    Gate telling = new Gate();
    Gate closed = new Gate();
    redis.onStateChange(state -> {
      if (state == ConnectionState.CONNECTED) {
        telling.open();
        closed.awaitOpen();
      }
    });
    redis.onStateChange(told::add);
    server.kill();
    await().until(() -> redis.state() == ConnectionState.DISCONNECTED);
    server.restart();
    telling.awaitOpen();
    redis.close();
    closed.open();

    await()
        .untilAsserted(() -> assertThat(told)
            .containsExactly(
                ConnectionState.DISCONNECTED, ConnectionState.CONNECTED, ConnectionState.CLOSED));
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void a_listener_that_blocks_delays_no_deadline_of_a_virtual_thread(
      @OwnServer EmbeddedRedis server) throws Exception {
    RedisSettings settings = TestSettings.patient(server.uri())
        .commandTimeout(Duration.ofMillis(500))
        .build();
    Gate telling = new Gate();
    Gate told = new Gate();
    try (Redis redis = Redis.connect(settings)) {
      redis.onStateChange(state -> {
        if (state == ConnectionState.CONNECTED) {
          telling.open();
          told.awaitOpen();
        }
      });
      server.kill();
      await().until(() -> redis.state() == ConnectionState.DISCONNECTED);
      server.restart();
      telling.awaitOpen();
      server.pause();
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      CombiningBenchmark.virtualThreads()
          .execute(
              () -> end.complete(catchThrowable(() -> redis.commands().get("k").await())));

      assertThat(end.get(50, TimeUnit.SECONDS))
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("within 500 ms");
    } finally {
      told.open();
      server.resume();
    }
  }

  @Test
  void the_time_of_an_outage_does_not_go_on_after_the_end(@OwnServer EmbeddedRedis server) {
    Redis redis = Redis.connect(settings(server));
    server.kill();
    await().until(() -> redis.statistics().failures() > 0);
    Duration during = redis.statistics().unavailableTime();
    assertThat(redis.statistics().unavailableTime()).isGreaterThan(during);
    redis.close();

    Duration after = redis.statistics().unavailableTime();
    assertThat(redis.statistics().unavailableTime()).isEqualTo(after);
  }

  private static RedisSettings settings(EmbeddedRedis server) {
    return TestSettings.patient(server.uri()).build();
  }
}
