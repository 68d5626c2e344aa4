package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.JsonCodec;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RedisTest
@Timeout(120)
class FreshnessTest {

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  FreshnessTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
  }

  private Cache<Long, String> texts(UnaryOperator<CacheBuilder<Long, String>> options) {
    return texts(instance, options);
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance
            .caches
            .cache("texts")
            .key("text:{id}", Long.class)
            .value(String.class)
            .ttlJitter(0))
        .build();
  }

  @Test
  @Tag("C6")
  void a_stale_entry_is_served_while_one_caller_refreshes_it() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleFor(LONG));
    AtomicInteger loads = new AtomicInteger();
    Gate release = new Gate();
    texts.put(1L, "old");
    awaitStale(texts);

    for (int i = 0; i < 10; i++) {
      assertThat(texts.getOrLoad(1L, id -> {
            loads.incrementAndGet();
            release.awaitOpen();
            return "new";
          }))
          .isEqualTo("old");
    }
    texts.setTtl(LONG);
    release.open();

    await().untilAsserted(() -> assertThat(texts.get(1L)).contains("new"));
    assertThat(loads).hasValue(1);
  }

  /** Until its time to live is over. */
  private static void awaitStale(Cache<Long, String> texts) {
    await().until(() -> texts.ttl(1L).orElse(Duration.ZERO).isZero());
  }

  @Test
  void an_expired_entry_is_returned_if_the_loader_fails() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleOnErrorFor(LONG));
    texts.put(1L, "old");
    awaitStale(texts);

    assertThat(texts.get(1L)).isEmpty();
    assertThat(texts.getOrLoad(1L, FreshnessTest::fail)).isEqualTo("old");
    assertThat(texts.getOrLoad(1L, id -> "new")).isEqualTo("new");
  }

  private static String fail(long id) {
    throw new IllegalStateException("the source of " + id + " is away");
  }

  @Test
  @Tag("C6")
  void a_stale_entry_is_served_no_longer_than_it_may_be() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleFor(BRIEF));
    texts.put(1L, "old");
    await().until(() -> texts.get(1L).isEmpty());

    assertThat(texts.getOrLoad(1L, id -> "new")).isEqualTo("new");
  }

  @Test
  void nor_is_an_expired_one_returned_if_the_loader_fails() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleOnErrorFor(BRIEF));
    texts.put(1L, "old");

    await()
        .untilAsserted(() -> assertThatThrownBy(() -> texts.getOrLoad(1L, FreshnessTest::fail))
            .hasMessage("the source of 1 is away"));
  }

  @Test
  void between_the_two_ends_an_entry_is_there_for_a_loader_that_fails_alone() {
    Cache<Long, String> texts =
        texts(cache -> cache.ttl(BRIEF).serveStaleFor(BRIEF).serveStaleOnErrorFor(LONG));
    texts.put(1L, "old");
    await().until(() -> texts.get(1L).isEmpty());

    assertThat(texts.exists(1L)).isFalse();
    assertThat(texts.getOrLoad(1L, FreshnessTest::fail)).isEqualTo("old");
    assertThat(texts.getOrLoad(1L, id -> "new")).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void each_instance_serves_outdated_entries_for_as_long_as_it_is_told_whoever_stored_them(
      long millis) {
    Duration brief = Duration.ofMillis(millis);
    Cache<Long, String> lenient =
        texts(cache -> cache.ttl(BRIEF).serveStaleFor(LONG).serveStaleOnErrorFor(LONG));
    try (CachesFixture other = CachesFixture.on(namespace)) {
      Cache<Long, String> strict = texts(
          other,
          cache ->
              cache.ttl(LONG).serveStaleFor(brief).serveStaleOnErrorFor(brief).refreshAhead(1));
      lenient.put(1L, "old");
      awaitStale(lenient);
      await().until(() -> strict.get(1L).isEmpty());

      assertThat(strict.exists(1L)).isFalse();
      assertThat(strict.ttl(1L)).isEmpty();
      assertThat(strict.expire(1L, LONG)).isFalse();
      assertThatThrownBy(() -> strict.getOrLoad(1L, FreshnessTest::fail))
          .hasMessage("the source of 1 is away");
      assertThatThrownBy(() -> strict.getAllOrLoad(List.of(1L), ids -> Map.of(1L, fail(1))))
          .hasMessage("the source of 1 is away");
      assertThat(lenient.get(1L)).contains("old");

      assertThat(strict.getOrLoad(1L, id -> "new")).isEqualTo("new");
      assertThat(strict.get(1L)).contains("new");
      assertThat(lenient.get(1L)).contains("new");
    }
  }

  @Test
  void an_entry_cannot_be_served_for_less_than_no_time_or_more_than_a_year() {
    for (Duration never : List.of(Duration.ofMillis(-1), Duration.ofDays(367))) {
      assertThatThrownBy(() -> texts(cache -> cache.serveStaleFor(never)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("serveStaleFor must be from 0 to 366 days, was " + never);
      assertThatThrownBy(() -> texts(cache -> cache.serveStaleOnErrorFor(never)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("serveStaleOnErrorFor must be from 0 to 366 days, was " + never);
    }
  }

  @Test
  @Tag("C6")
  void an_entry_is_refreshed_ahead_of_its_expiry() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(Duration.ofSeconds(5)).refreshAhead(100));
    AtomicInteger loads = new AtomicInteger();
    Loader<Long, String, RuntimeException> loader = id -> {
      // The time that a load takes is what this is about.
      long begin = System.nanoTime();
      await().until(() -> System.nanoTime() - begin >= BRIEF.toNanos());
      return "load " + loads.incrementAndGet();
    };

    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
      assertThat(texts.getOrLoad(1L, loader)).startsWith("load");
      assertThat(loads.get()).isGreaterThan(1);
    });
    assertThat(texts.statistics().misses()).isEqualTo(1);
  }

  @Test
  void a_value_tells_its_time_to_live() {
    Cache<Long, Optional<String>> texts = instance
        .caches
        .cache("optional")
        .key("optional:{id}", Long.class)
        .value(JsonCodec.optionalOf(String.class))
        .ttl(LONG)
        .ttlFrom(value -> value.isPresent() ? LONG : Duration.ofSeconds(10))
        .build();

    texts.getOrLoad(1L, id -> Optional.of("there"));
    texts.getOrLoad(2L, id -> Optional.empty());

    assertThat(texts.ttl(1L).orElseThrow()).isGreaterThan(Duration.ofSeconds(10));
    assertThat(texts.ttl(2L).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(10));
    assertThat(texts.get(2L)).contains(Optional.empty());
  }

  @Test
  void a_caller_waits_for_a_loader_no_longer_than_allowed() {
    Cache<Long, String> texts = texts(cache -> cache.loadTimeout(BRIEF, Duration.ofSeconds(2)));
    Gate release = new Gate();
    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> {
          release.awaitOpen();
          return "late";
        }))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("'texts'")
        .hasMessageContaining("2000 ms");

    assertThat(texts.getOrLoad(1L, id -> "in time")).isEqualTo("in time");
    release.open();
    assertThat(texts.get(1L)).contains("in time");
  }

  @Test
  void a_caller_with_an_expired_value_at_hand_waits_less() {
    Cache<Long, String> texts = texts(cache ->
        cache.ttl(BRIEF).serveStaleOnErrorFor(LONG).loadTimeout(BRIEF, Duration.ofMinutes(1)));
    texts.put(1L, "old");
    awaitStale(texts);
    texts.setTtl(LONG);
    Gate release = new Gate();

    assertThat(texts.getOrLoad(1L, id -> {
          release.awaitOpen();
          return "new";
        }))
        .isEqualTo("old");
    release.open();
    await().untilAsserted(() -> assertThat(texts.get(1L)).contains("new"));
  }

  @Test
  @Tag("C8")
  void the_time_to_live_can_be_changed_while_running() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(LONG));
    texts.setTtl(Duration.ofSeconds(5));
    texts.put(1L, "text");

    assertThat(texts.ttl(1L).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(5));
    assertThatThrownBy(() -> texts.setTtl(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }
}
