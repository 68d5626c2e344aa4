package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest
@Timeout(120)
class AvailabilityTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  @Tag("F4")
  void a_required_redis_that_is_away_fails_the_start_and_says_what_to_set() throws IOException {
    RedisSettings required = RedisSettings.builder()
        .uri("redis://127.0.0.1:" + deafPort())
        .availability(Availability.REQUIRED)
        .reconnectAttempts(3)
        .build();

    assertThatThrownBy(() -> Redis.connect(required))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("3 attempts failed")
        .hasMessageContaining("REDIS_URL")
        .hasMessageContaining("FOREBAY_AVAILABILITY=optional");
  }

  @Test
  @Tag("F4")
  void a_start_without_a_required_redis_ends_within_ten_seconds_whatever_is_wrong(
      @OwnServer(password = "right") EmbeddedRedis server) throws IOException {
    int deaf = deafPort();
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FaultProxy stalled = FaultProxy.before(server)) {
      stalled.stall();
      Map<String, String> expected = Map.of(
          "redis://127.0.0.1:" + deaf,
          "10 attempts failed, the last with: Connection refused",
          stalled.uri(),
          "no connection within 7000 ms, the last attempt failed with: Connection initialization timed out",
          "redis://127.0.0.1:" + mute.getLocalPort(),
          "no connection within 7000 ms, the last attempt failed with: Connection initialization timed out",
          "redis-sentinel://127.0.0.1:%d,127.0.0.1:1,127.0.0.1:2#main".formatted(deaf),
          "10 attempts failed, the last with: Connection refused",
          "redis-cluster://127.0.0.1:%d,127.0.0.1:1".formatted(deaf),
          "10 attempts failed, the last with: Connection refused",
          server.uri().replace("right", "wrong"),
          "REDIS_PASSWORD");
      ExecutorService starts = Executors.newFixedThreadPool(expected.size());
      try {
        CompletableFuture.allOf(expected.entrySet().stream()
                .map(start -> CompletableFuture.runAsync(
                    () -> assertGivesUp(start.getKey(), start.getValue()), starts))
                .toArray(CompletableFuture[]::new))
            .join();
      } finally {
        starts.shutdown();
      }
    }
  }

  private static void assertGivesUp(String uri, String message) {
    RedisSettings required =
        RedisSettings.builder().uri(uri).availability(Availability.REQUIRED).build();
    long start = System.nanoTime();
    assertThatThrownBy(() -> Redis.connect(required).close())
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("REDIS_URL")
        .hasMessageContaining("FOREBAY_AVAILABILITY=optional");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as(message).isLessThan(TEN_SECONDS);
  }

  @Test
  @Tag("F4")
  void a_process_that_requires_redis_ends_non_zero() throws Exception {
    Process process = application("redis://127.0.0.1:" + deafPort(), 4);
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output.lines())
        .anyMatch(
            line -> line.contains("REDIS_URL") && line.contains("FOREBAY_AVAILABILITY=optional"));
  }

  @Test
  @Tag("F4")
  void a_process_whose_required_redis_does_not_come_back_ends_non_zero(
      @OwnServer EmbeddedRedis server) throws Exception {
    Process process = application(server.uri(), 4);
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).isEqualTo("connected");

    server.kill();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output.lines())
        .anyMatch(line -> line.contains("4 attempts failed")
            && line.contains("REDIS_URL")
            && line.contains("FOREBAY_AVAILABILITY=optional")
            && line.contains("The process ends"));
  }

  @Test
  @Tag("F4")
  void the_application_may_decide_itself_what_to_do_without_a_required_redis(
      @OwnServer EmbeddedRedis server) {
    List<RedisUnavailableException> told = new CopyOnWriteArrayList<>();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    RedisSettings required = TestSettings.patient(server.uri())
        .availability(Availability.REQUIRED)
        .reconnectAttempts(2)
        .onGiveUp(failure -> {
          told.add(failure);
          threads.add(Thread.currentThread());
        })
        .build();
    try (Redis redis = Redis.connect(required)) {
      server.kill();

      await().until(() -> !threads.isEmpty());
      assertThat(redis.state()).isEqualTo(ConnectionState.CLOSED);
      assertThat(told.get(0)).hasMessageContaining("2 attempts failed");
      assertThat(threads.get(0).getName()).isEqualTo("forebay-redis-give-up");
    }
  }

  @Test
  @Tag("F4")
  void a_required_redis_that_comes_back_in_time_is_as_if_nothing_was(
      @OwnServer EmbeddedRedis server) {
    RedisSettings required = TestSettings.patient(server.uri())
        .availability(Availability.REQUIRED)
        .reconnectAttempts(1_000)
        .onGiveUp(failure -> {
          throw new AssertionError(failure);
        })
        .build();
    try (Redis redis = Redis.connect(required)) {
      server.kill();
      await().until(() -> redis.statistics().failures() > 0);
      server.restart();

      await().until(() -> redis.state() == ConnectionState.CONNECTED);
    }
  }

  @Test
  void a_server_that_hangs_is_suspended_so_that_callers_stop_waiting(
      @OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(impatient(server, Duration.ofMillis(40)))) {
      server.pause();
      try {
        for (int i = 0; i < CircuitBreaker.THRESHOLD; i++) {
          assertThatThrownBy(() -> redis.commands().exists("k").await())
              .hasMessageContaining("No reply");
        }
        await().until(() -> redis.statistics().suspensions() == 1);
        long rejected = redis.statistics().rejections();

        assertThatThrownBy(() -> redis.commands().exists("k").await())
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("suspended");

        assertThat(redis.statistics().rejections()).isEqualTo(rejected + 1);
        assertThat(redis.statistics().timeouts()).isEqualTo(CircuitBreaker.THRESHOLD);
      } finally {
        server.resume();
      }
      await().until(() -> redis.state() == ConnectionState.CONNECTED);
      // A busy machine takes longer than this time-out now and then.
      await().ignoreExceptions().until(() -> !redis.commands().exists("k").await());
    }
  }

  @Test
  void a_server_that_hangs_for_long_is_left_and_found_again(@OwnServer EmbeddedRedis server) {
    List<ConnectionState> states = new CopyOnWriteArrayList<>();
    try (Redis redis = Redis.connect(impatient(server, Duration.ofMillis(40)))) {
      await().until(() -> redis.state() == ConnectionState.CONNECTED);
      redis.onStateChange(states::add);
      server.pause();
      try {
        await().until(() -> {
          hurry(redis);
          return redis.state() == ConnectionState.DISCONNECTED;
        });
      } finally {
        server.resume();
      }
      await()
          .untilAsserted(() -> assertThat(states)
              .containsSubsequence(
                  ConnectionState.SUSPENDED,
                  ConnectionState.DISCONNECTED,
                  ConnectionState.CONNECTED));
      assertThat(redis.statistics().reconnections()).isPositive();
    }
  }

  @Test
  void an_answer_between_time_outs_keeps_the_connection(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(impatient(server, Duration.ofMillis(300)))) {
      for (int i = 0; i < CircuitBreaker.THRESHOLD + 2; i++) {
        server.pause();
        hurry(redis);
        server.resume();
        await().ignoreExceptions().until(() -> !redis.commands().exists("k").await());
      }
      assertThat(redis.statistics().timeouts()).isGreaterThan(CircuitBreaker.THRESHOLD);
      assertThat(redis.statistics().suspensions()).isZero();
    }
  }

  private static void hurry(Redis redis) {
    try {
      redis.commands().exists("k").await();
    } catch (RedisUnavailableException e) {
      assertThat(e).hasMessageContaining("Redis");
    }
  }

  private static RedisSettings impatient(EmbeddedRedis server, Duration commandTimeout) {
    return TestSettings.patient(server.uri()).commandTimeout(commandTimeout).build();
  }

  /** Starts an application in a JVM of its own that requires Redis and would run for a minute. */
  private static Process application(String uri, int attempts) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RequiringApplication.class.getName(),
            uri,
            Integer.toString(attempts))
        .redirectErrorStream(true)
        .start();
  }

  /** Returns a port where nobody listens. */
  static int deafPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
