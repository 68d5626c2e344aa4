package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@RedisTest
class WorkloadTest {

  @Test
  @Tag("F1")
  void by_default_each_workload_has_a_database_of_its_own(@OwnServer EmbeddedRedis server) {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL", server.uri(),
        "FOREBAY_CONNECT_TIMEOUT", "30s",
        "FOREBAY_COMMAND_TIMEOUT", "30s"));

    for (Workload workload : Workload.values()) {
      write(settings, workload);
    }

    assertThat(server.endpoint().database(0).execute("KEYS", "*")).asString().isEqualTo("[CACHE]");
    assertThat(server.endpoint().database(1).execute("KEYS", "*")).asString().isEqualTo("[QUEUE]");
    assertThat(server.endpoint().database(2).execute("KEYS", "*"))
        .asString()
        .isEqualTo("[SESSION]");
    assertThat(server.endpoint().database(3).execute("KEYS", "*")).asString().isEqualTo("[LIMITS]");
  }

  @Test
  @Tag("F5")
  @Tag("F1")
  @Tag("F2")
  void by_configuration_alone_a_workload_moves_to_a_server_of_its_own(
      @OwnServer EmbeddedRedis server, @OwnServer(password = "other") EmbeddedRedis other) {
    RedisSettings settings = RedisSettings.fromProperties(Map.of(
        "redis.url",
        server.uri() + "/4",
        "forebay.session.url",
        other.uri() + "/9",
        "forebay.connect-timeout",
        "30s",
        "forebay.command-timeout",
        "30s"));

    for (Workload workload : Workload.values()) {
      write(settings, workload);
    }

    assertThat(server.endpoint().database(4).execute("KEYS", "*")).asString().isEqualTo("[CACHE]");
    assertThat(server.endpoint().database(5).execute("KEYS", "*")).asString().isEqualTo("[QUEUE]");
    assertThat(server.endpoint().database(6).execute("DBSIZE")).isEqualTo(0L);
    assertThat(other.endpoint().database(9).execute("KEYS", "*")).asString().isEqualTo("[SESSION]");
  }

  @ParameterizedTest
  @EnumSource(value = Workload.class, mode = EnumSource.Mode.EXCLUDE, names = "CACHE")
  @ResourceLock("log of Redis")
  void a_server_that_may_evict_what_must_not_be_lost_is_warned_of_and_a_cache_is_not(
      Workload workload, @OwnServer EmbeddedRedis server) {
    server.execute("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    RedisSettings settings = TestSettings.patient(server.uri()).build();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Redis.class);
    log.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(log);
    try (Redis cache = Redis.connect(settings, Workload.CACHE);
        Redis precious = Redis.connect(settings, workload)) {
      assertThat(cache.state()).isEqualTo(precious.state());
      await()
          .untilAsserted(() -> assertThat(log.list)
              .extracting(ILoggingEvent::getFormattedMessage)
              .anyMatch(line -> line.contains("evicts (allkeys-lru) and holds " + workload)
                  && line.contains("FOREBAY_" + workload + "_URL")));
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("holds CACHE"));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }
  }

  private static void write(RedisSettings settings, Workload workload) {
    try (Redis redis = Redis.connect(settings, workload)) {
      redis
          .commands()
          .set(workload.name(), "x".getBytes(UTF_8), Duration.ofMinutes(1))
          .await();
    }
  }
}
