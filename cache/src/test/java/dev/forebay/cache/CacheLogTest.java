package dev.forebay.cache;

import static ch.qos.logback.classic.Level.DEBUG;
import static ch.qos.logback.classic.Level.ERROR;
import static ch.qos.logback.classic.Level.INFO;
import static ch.qos.logback.classic.Level.TRACE;
import static ch.qos.logback.classic.Level.WARN;
import static dev.forebay.cache.CapturedLog.fields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.KeyRing;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.RedisSettingsBuilder;
import dev.forebay.redis.spi.Burst;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the log tells of caches, and what it never tells. */
@RedisTest
@Isolated
class CacheLogTest {

  private static final String KEY = "Zanzibar";
  private static final String VALUE = "tok_4242424242";
  private static final String PASSWORD = "pa55word";
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final RedisNamespace namespace;

  CacheLogTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("F9")
  void hits_misses_and_loads_are_told_below_info() {
    try (CapturedLog log = CapturedLog.from(TRACE);
        CachesFixture instance = CachesFixture.on(shared().build())) {
      Cache<String, String> tokens = tokens(instance);
      tokens.getOrLoad(KEY, key -> VALUE);
      tokens.get(KEY);
      tokens.delete(KEY);

      ILoggingEvent miss = log.only("miss");
      assertThat(miss.getLevel()).isEqualTo(TRACE);
      assertThat(fields(miss)).contains(entry("cache", "tokens"), entry("count", 1));
      ILoggingEvent hit = log.only("hit");
      assertThat(hit.getLevel()).isEqualTo(TRACE);
      assertThat(fields(hit)).contains(entry("cache", "tokens"), entry("count", 1));
      ILoggingEvent load = log.only("load");
      assertThat(load.getLevel()).isEqualTo(DEBUG);
      assertThat(fields(load))
          .contains(
              entry("cache", "tokens"),
              entry("loader", CacheLogTest.class.getName()),
              entry("entry", CacheLog.hash(namespace.key("tokens:" + KEY))),
              entry("keys", 1),
              entry("failed", false))
          .containsKey("millis");
      assertThat(fields(log.only("invalidation"))).contains(entry("count", 1L));
      assertThat(log.only("invalidation").getLevel()).isEqualTo(DEBUG);
    }
  }

  @Test
  @Tag("F9")
  void a_slow_loader_is_told_with_where_it_is_and_once_per_burst() {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance =
            CachesFixture.on(shared().slowLoader(Duration.ofMillis(1)).build())) {
      Cache<String, String> tokens = tokens(instance);
      tokens.getOrLoad(KEY, key -> slowly(VALUE));
      tokens.getOrLoad(KEY + 2, key -> slowly(VALUE));
      assertThatThrownBy(() -> tokens.getOrLoad(KEY + 3, key -> {
            throw new IllegalStateException(slowly(VALUE));
          }))
          .hasMessage(VALUE);

      ILoggingEvent slow = log.only("slow-load");
      assertThat(slow.getLevel()).isEqualTo(WARN);
      assertThat(fields(slow))
          .contains(
              entry("cache", "tokens"),
              entry("loader", CacheLogTest.class.getName()),
              entry("entry", CacheLog.hash(namespace.key("tokens:" + KEY))),
              entry("keys", 1),
              entry("failed", false));
      assertThat((Long) fields(slow).get("millis")).isPositive();
      assertThat(slow.getFormattedMessage()).contains("'tokens'", "1 ms and more are slow");
    }
  }

  @Test
  @Tag("F9")
  void a_slow_operation_is_told_with_its_time(@OwnServer FaultProxy proxy) {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance = CachesFixture.on(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(PATIENT)
            .connectTimeout(PATIENT)
            .slowOperation(Duration.ofMillis(500))
            .build())) {
      Cache<String, String> tokens = tokens(instance);
      proxy.delay(Duration.ofMillis(600));
      tokens.exists(KEY);
      tokens.exists(KEY);

      ILoggingEvent slow = log.only("slow-operation");
      assertThat(slow.getLevel()).isEqualTo(WARN);
      assertThat(fields(slow)).contains(entry("cache", "tokens"), entry("operation", "exists"));
      assertThat((Long) fields(slow).get("millis")).isGreaterThanOrEqualTo(500);
      assertThat(slow.getFormattedMessage()).contains("500 ms and more are slow");
    }
  }

  @Test
  @Tag("F9")
  void a_failure_is_told_by_its_kind_once_per_burst() {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance = CachesFixture.on(shared().build())) {
      Cache<String, String> tokens = tokens(instance);
      for (int i = 0; i < 3; i++) {
        namespace.execute("SET", namespace.key("tokens:" + KEY), VALUE);
        tokens.get(KEY);
      }

      ILoggingEvent failure = log.only("failure");
      assertThat(failure.getLevel()).isEqualTo(WARN);
      assertThat(fields(failure))
          .contains(
              entry("cache", "tokens"),
              entry("operation", "decode"),
              entry("kind", "codec-corrupt"));
      assertThat(tokens.statistics().corruptions()).isEqualTo(3);
    }
  }

  @Test
  @Tag("F9")
  void values_that_are_too_large_are_told_once_per_burst() {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance = CachesFixture.on(shared().build())) {
      Cache<String, String> texts = instance
          .caches
          .cache("texts")
          .key("texts:{text}", String.class)
          .value(String.class)
          .maxValueSize(10)
          .build();
      for (int i = 0; i < 3; i++) {
        texts.getOrLoad(KEY, key -> VALUE);
      }

      ILoggingEvent failure = log.only("failure");
      assertThat(failure.getLevel()).isEqualTo(WARN);
      assertThat(fields(failure))
          .contains(
              entry("cache", "texts"),
              entry("operation", "encode"),
              entry("kind", "refused-value"));
      assertThat(failure.getFormattedMessage())
          .contains("bytes as it would be stored, more than 10")
          .doesNotContain(VALUE);
      assertThat(texts.statistics().refusals()).isEqualTo(3);
    }
  }

  @Test
  @Tag("F9")
  void an_invalidation_by_pattern_is_told_with_pattern_and_count_on_one_line() {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance = CachesFixture.on(shared().build())) {
      Cache<String, String> tokens = tokens(instance);
      tokens.putAll(Map.of("a", VALUE, "b", VALUE));

      tokens.deleteMatching("tokens:*");
      tokens.deleteMatching("tokens:\nFORGED");

      List<ILoggingEvent> told = log.of("invalidation");
      assertThat(told).hasSize(2);
      assertThat(told.get(0).getLevel()).isEqualTo(INFO);
      assertThat(fields(told.get(0)))
          .contains(entry("cache", "tokens"), entry("pattern", "tokens:*"), entry("count", 2L));
      assertThat(fields(told.get(1))).contains(entry("pattern", "tokens:?FORGED"));
      assertThat(told.get(1).getFormattedMessage()).doesNotContain("\n");
    }
  }

  @Test
  @Tag("F9")
  void fallback_is_told_when_entered_and_when_left(@OwnServer EmbeddedRedis server) {
    try (CapturedLog log = CapturedLog.from(INFO);
        CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<String, String> tokens = tokens(instance);
      server.kill();
      await().untilAsserted(() -> assertThat(log.of("fallback-entered")).hasSize(1));
      tokens.getOrLoad(KEY, key -> VALUE);
      server.restart();
      await().untilAsserted(() -> assertThat(log.of("fallback-left")).hasSize(1));

      assertThat(log.only("fallback-entered").getLevel()).isEqualTo(WARN);
      ILoggingEvent left = log.only("fallback-left");
      assertThat(left.getLevel()).isEqualTo(INFO);
      assertThat((Long) fields(left).get("millis")).isNotNegative();
      assertThat(fields(log.only("connection-lost"))).containsKeys("redis", "reason");
      assertThat(fields(log.only("reconnected"))).containsKeys("redis", "millis", "attempts");
    }
  }

  @Test
  @Tag("F9")
  void no_text_of_keys_or_values_and_no_password_is_ever_logged() {
    try (CapturedLog log = CapturedLog.from(TRACE);
        EmbeddedRedis server = EmbeddedRedis.builder()
            .password(PASSWORD)
            .setting("rename-command", "PTTL", "")
            .start()) {
      RedisSettings settings = RedisSettings.builder()
          .uri(server.uri())
          .connectTimeout(PATIENT)
          .slowLoader(Duration.ofMillis(1))
          .slowOperation(Duration.ofMillis(1))
          .build();
      try (CachesFixture instance = CachesFixture.on(settings)) {
        exercise(server, instance);
      }
      try (CachesFixture refused =
          CachesFixture.on(server.uri().replace(PASSWORD, "not-" + PASSWORD), "")) {
        tokens(refused).getOrLoad(KEY, key -> VALUE);
      }

      assertThat(log.of("slow-load")).isNotEmpty();
      assertThat(log.of("connect-failed")).isNotEmpty();
      assertThat(log.of("failure").stream()
              .filter(failure -> failure.getLevel() == WARN)
              .map(failure -> fields(failure).get("cache")))
          .containsExactlyInAnyOrder(
              "knots",
              "tellers",
              "maps",
              "strange",
              "numbers",
              "sealed",
              "counters",
              "refused",
              "full");
      assertThat(log.text()).doesNotContain(KEY, VALUE, PASSWORD);
    }
  }

  @Test
  void switched_off_it_tells_nothing_and_takes_no_time() {
    try (CapturedLog log = CapturedLog.from(ERROR);
        CachesFixture instance =
            CachesFixture.on(shared().slowLoader(Duration.ofMillis(1)).build())) {
      Cache<String, String> tokens = tokens(instance);
      tokens.getOrLoad(KEY, key -> slowly(VALUE));
      tokens.deleteMatching("tokens:*");

      assertThat(log.text()).isEmpty();
      assertThat(new CacheLog(shared().build(), System::nanoTime).wantsOperations())
          .isFalse();
    }
  }

  @Test
  void of_a_burst_the_first_is_told_and_the_others_are_counted() {
    long[] now = {-5};
    Burst burst = new Burst(() -> now[0]);

    assertThat(burst.admit()).hasValue(0);
    assertThat(burst.admit()).isEmpty();
    now[0] += Burst.LENGTH.toNanos() - 1;
    assertThat(burst.admit()).isEmpty();
    now[0]++;
    assertThat(burst.admit()).hasValue(2);
    assertThat(burst.admit()).isEmpty();
  }

  /** Everything that could tempt to quote a key or a value; a cache for each, as bursts are. */
  private static void exercise(EmbeddedRedis server, CachesFixture instance) {
    Cache<String, String> loads = texts(instance, "loads");
    loads.getOrLoad(KEY, key -> slowly(VALUE));
    loads.getAllOrLoad(List.of(KEY, KEY + 1), keys -> Map.of(KEY + 1, slowly(VALUE)));
    assertThatThrownBy(() -> loads.getOrLoad(KEY + 2, key -> {
          throw new IllegalStateException(VALUE);
        }))
        .hasMessage(VALUE);

    Object[] knot = {VALUE, null};
    knot[1] = knot;
    objects(instance, "knots").put(KEY, knot);
    objects(instance, "tellers").put(KEY, new Object[] {new Teller()});
    objects(instance, "maps").put(KEY, new Object[] {Map.of(VALUE, new Teller())});

    Cache<String, String> strange = texts(instance, "strange");
    server.execute("SET", "strange:" + KEY, VALUE);
    strange.get(KEY);
    Cache<String, Long> numbers = instance
        .caches
        .cache("numbers")
        .key("numbers:{id}", String.class)
        .value(Long.class)
        .build();
    loads.put(KEY, VALUE);
    server.execute("RENAME", "loads:" + KEY, "numbers:" + KEY);
    numbers.get(KEY);
    Cache<String, String> sealed = instance
        .caches
        .cache("sealed")
        .key("sealed:{id}", String.class)
        .value(String.class)
        .encrypted(KeyRing.builder().key(1, "x".repeat(32).getBytes(UTF_8)).build())
        .build();
    server.execute("SET", "sealed:" + KEY, VALUE);
    sealed.get(KEY);

    Counters<String> counters =
        instance.caches.counters("counters").key("counters:{id}", String.class).build();
    server.execute("SET", "counters:" + KEY, VALUE);
    counters.increment(KEY);
    Cache<String, String> refused = texts(instance, "refused");
    refused.put(KEY, VALUE);
    refused.ttl(KEY);
    server.execute("CONFIG", "SET", "maxmemory", "1");
    texts(instance, "full").put(KEY, VALUE);
    server.execute("CONFIG", "SET", "maxmemory", "0");

    server.kill();
    await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
    loads.put(KEY, VALUE);
    loads.delete(KEY);
    server.restart();
    await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);
    await().untilAsserted(() -> {
      loads.put(KEY, VALUE);
      assertThat(loads.get(KEY)).contains(VALUE);
    });
  }

  private RedisSettingsBuilder shared() {
    return RedisSettings.builder()
        .uri(namespace.uri())
        .keyPrefix(namespace.keyPrefix())
        .commandTimeout(PATIENT)
        .connectTimeout(PATIENT);
  }

  private static Cache<String, String> tokens(CachesFixture instance) {
    return texts(instance, "tokens");
  }

  private static Cache<String, String> texts(CachesFixture instance, String name) {
    return instance
        .caches
        .cache(name)
        .key(name + ":{id}", String.class)
        .value(String.class)
        .build();
  }

  private static Cache<String, Object[]> objects(CachesFixture instance, String name) {
    return instance
        .caches
        .cache(name)
        .key(name + ":{id}", String.class)
        .value(Object[].class)
        .build();
  }

  private static String slowly(String value) {
    await().pollDelay(Duration.ofMillis(5)).until(() -> true);
    return value;
  }

  /** Tells its secret when it is written. */
  static final class Teller {
    private final boolean silent = VALUE.isEmpty();

    public String getSecret() {
      if (silent) {
        return "";
      }
      throw new IllegalStateException("cannot write " + VALUE);
    }
  }
}
