package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that let us connect, and then are of no use. */
@RedisTest
@Timeout(120)
class UnusableServerTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void a_server_that_became_a_replica_is_not_connected_to_again_until_it_takes_writes(
      @OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(settings(server.uri()).build())) {
      write(redis);
      demote(server);
      assertThatThrownBy(() -> write(redis)).isInstanceOf(RedisUnavailableException.class);

      await().atMost(LONG).until(() -> {
        tryToWrite(redis);
        return redis.statistics().failures() >= 4;
      });
      assertThat(redis.state()).isEqualTo(ConnectionState.DISCONNECTED);
      assertThat(redis.statistics().reconnections()).isZero();

      server.execute("REPLICAOF", "NO", "ONE");
      await().atMost(LONG).until(() -> redis.state() == ConnectionState.CONNECTED);
      write(redis);
      assertThat(redis.statistics().reconnections()).isEqualTo(1);
    }
  }

  @Test
  void a_required_redis_that_stays_a_replica_is_given_up(@OwnServer EmbeddedRedis server) {
    List<RedisUnavailableException> told = new CopyOnWriteArrayList<>();
    RedisSettings required = settings(server.uri())
        .availability(Availability.REQUIRED)
        .reconnectAttempts(3)
        .onGiveUp(told::add)
        .build();
    try (Redis redis = Redis.connect(required)) {
      demote(server);

      await().atMost(LONG).until(() -> {
        tryToWrite(redis);
        return !told.isEmpty();
      });
      assertThat(told.get(0))
          .hasMessageContaining("3 attempts failed")
          .hasMessageContaining("it is a replica, which refuses writes")
          .hasMessageContaining("REDIS_URL");
    }
  }

  @Test
  void who_may_not_ask_whether_it_takes_writes_connects_all_the_same() {
    try (EmbeddedRedis server = EmbeddedRedis.builder()
            .user("app", "s3cret", "~*", "+@all", "-persist")
            .start();
        Redis redis = Redis.connect(
            settings("redis://app:s3cret@127.0.0.1:" + server.port()).build())) {
      demote(server);
      assertThatThrownBy(() -> write(redis)).isInstanceOf(RedisUnavailableException.class);
      server.execute("REPLICAOF", "NO", "ONE");

      await().atMost(LONG).ignoreExceptions().until(() -> {
        write(redis);
        return redis.statistics().reconnections() == 1;
      });
    }
  }

  @Test
  void a_server_that_drops_each_connection_is_left_alone_for_longer_and_longer(
      @OwnServer FaultProxy proxy) {
    try (Redis redis = Redis.connect(settings(proxy.uri()).build())) {
      redis.onStateChange(state -> {
        if (state == ConnectionState.CONNECTED && redis.statistics().reconnections() < 6) {
          proxy.cut();
        }
      });
      proxy.cut();

      await()
          .atMost(LONG)
          .until(() -> redis.state() == ConnectionState.CONNECTED
              && redis.statistics().reconnections() >= 6);
      // The lower halves of 100, 200, 400, 800 and 1000 ms, as the first loss may follow at once.
      assertThat(redis.statistics().unavailableTime()).isGreaterThan(Duration.ofMillis(1_200));
    }
  }

  private static RedisSettingsBuilder settings(String uri) {
    return TestSettings.patient(uri);
  }

  private static void demote(EmbeddedRedis server) {
    server.execute("REPLICAOF", "127.0.0.1", "1");
  }

  private static void write(Redis redis) {
    redis.commands().set("k", "v".getBytes(UTF_8), HOUR).await();
  }

  private static void tryToWrite(Redis redis) {
    try {
      write(redis);
    } catch (RedisUnavailableException e) {
      assertThat(e).hasMessageContaining("Redis");
    }
  }
}
