package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches are filled before they are asked. */
@RedisTest
@Tag("C6")
@Timeout(120)
class CacheWarmerTest {

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<Long> KEYS = LongStream.range(0, 1_234).boxed().toList();

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> events;
  private final List<WarmingProgress> told = Collections.synchronizedList(new ArrayList<>());
  private final List<Set<Long>> asked = Collections.synchronizedList(new ArrayList<>());

  CacheWarmerTest(RedisNamespace namespace) {
    this.instance = CachesFixture.on(namespace);
    this.events = instance.events();
  }

  @Test
  void only_what_is_missing_is_loaded_in_batches_and_its_progress_told() {
    Event cached = new Event(5, "cached before");
    events.put(5L, cached);
    try (CacheWarmer warmer = CacheWarmer.builder().progress(told::add).build()) {

      WarmingProgress end = warmer.warm(events, KEYS, this::load);

      assertThat(end.done()).isEqualTo(1_234);
      assertThat(end.total()).hasValue(1_234);
      assertThat(end.loaded()).isEqualTo(1_233);
      assertThat(end.failed()).isZero();
      assertThat(end.ended()).isTrue();
      assertThat(end.rate()).isPositive();
      assertThat(end.remaining()).contains(Duration.ZERO);
    }
    assertThat(asked).hasSize(13).allSatisfy(keys -> assertThat(keys.size()).isBetween(34, 100));
    assertThat(told).hasSize(14).extracting(WarmingProgress::done).isSorted();
    assertThat(told.get(13).ended()).isTrue();
    assertThat(events.getAll(KEYS)).hasSize(1_234).containsEntry(5L, cached);
  }

  @Test
  void told_so_what_is_cached_is_loaded_anew() {
    events.put(5L, new Event(5, "cached before"));
    try (CacheWarmer warmer = CacheWarmer.builder().reload().progress(told::add).build()) {

      assertThat(warmer.warm(events, List.of(5L, 6L), this::load).loaded()).isEqualTo(2);
    }
    assertThat(events.get(5L)).contains(new Event(5, "loaded"));
  }

  @Test
  void keys_may_come_from_a_stream_of_unknown_length_and_have_no_value() {
    try (CacheWarmer warmer =
        CacheWarmer.builder().batch(10).progress(told::add).build()) {

      WarmingProgress end =
          warmer.warm(events, KEYS.stream().filter(id -> id % 2 == 0).limit(100), ids -> {
            Map<Long, Event> found = load(ids);
            found.remove(0L);
            found.put(7_777L, new Event(7_777, "not asked for"));
            return found;
          });

      assertThat(end.done()).isEqualTo(100);
      assertThat(end.total()).isEmpty();
      assertThat(end.remaining()).isEmpty();
      assertThat(end.loaded()).isEqualTo(99);
    }
    assertThat(events.exists(0L)).isFalse();
    assertThat(events.exists(7_777L)).isFalse();
  }

  @Test
  void a_batch_that_fails_is_counted_and_the_others_go_on() {
    try (CacheWarmer warmer = CacheWarmer.builder().progress(told::add).build()) {

      WarmingProgress end = warmer.<Long, Event, Exception>warm(events, KEYS, ids -> {
        if (ids.contains(150L)) {
          throw new IOException("the source is away");
        }
        return load(ids);
      });

      assertThat(end.done()).isEqualTo(1_234);
      assertThat(end.failed()).isEqualTo(100);
      assertThat(end.loaded()).isEqualTo(1_134);
    }
  }

  @Test
  void no_more_batches_are_loaded_at_a_time_than_allowed() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    try (CacheWarmer warmer =
        CacheWarmer.builder().batch(50).parallelism(3).progress(told::add).build()) {

      warmer.<Long, Event, InterruptedException>warm(events, KEYS, ids -> {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        three.countDown();
        three.await();
        now.decrementAndGet();
        return load(ids);
      });
    }
    assertThat(most).hasValue(3);
  }

  @Test
  void the_source_is_asked_for_no_more_per_second_than_allowed() {
    try (CacheWarmer warmer = CacheWarmer.builder()
        .batch(10)
        .parallelism(1)
        .rate(200)
        .progress(told::add)
        .build()) {

      WarmingProgress end = warmer.warm(events, KEYS.subList(0, 100), this::load);

      // All but the last batch have to be paid for before the last one begins.
      assertThat(end.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(450));
      assertThat(warmer.warm(events, KEYS.subList(0, 100), this::load).loaded()).isZero();
    }
  }

  private Cache<Long, String> texts(UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance
            .caches
            .cache("texts")
            .key("text:{id}", Long.class)
            .value(String.class)
            .ttl(BRIEF)
            .ttlJitter(0))
        .build();
  }

  private static Map<Long, String> all(Iterable<Long> ids, String text) {
    Map<Long, String> texts = new HashMap<>();
    ids.forEach(id -> texts.put(id, text));
    return texts;
  }

  @Test
  void what_is_stale_is_left_to_those_who_ask_for_it() {
    Cache<Long, String> texts = texts(cache -> cache.serveStaleFor(HOUR));
    List<Long> ids = KEYS.subList(0, 30);
    texts.putAll(all(ids, "old"));
    await()
        .until(() ->
            ids.stream().allMatch(id -> texts.ttl(id).orElse(Duration.ZERO).isZero()));
    AtomicInteger loads = new AtomicInteger();
    try (CacheWarmer warmer =
        CacheWarmer.builder().batch(30).progress(told::add).build()) {

      WarmingProgress end = warmer.warm(texts, ids, missing -> {
        loads.incrementAndGet();
        return all(missing, "warm");
      });

      assertThat(end.done()).isEqualTo(30);
      assertThat(end.loaded()).isZero();
    }
    texts.setTtl(HOUR);
    await()
        .untilAsserted(
            () -> assertThat(texts.getOrLoad(1L, id -> "asked for")).isNotEqualTo("old"));
    assertThat(texts.get(1L)).contains("asked for");
    assertThat(loads).hasValue(0);
  }

  @Test
  void a_batch_ends_with_its_loader_where_others_have_expired_values_before_it_begins() {
    Duration patience = Duration.ofMillis(1);
    Cache<Long, String> texts = texts(
        cache -> cache.serveStaleOnErrorFor(HOUR).loadTimeout(patience, Duration.ofMinutes(1)));
    List<Long> ids = KEYS.subList(0, 200);
    texts.putAll(all(ids, "old"));
    await().until(() -> texts.getAll(ids).isEmpty());
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (CacheWarmer warmer =
        CacheWarmer.builder().batch(20).parallelism(1).progress(told::add).build()) {

      WarmingProgress end = warmer.warm(texts, ids, missing -> {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        // Longer than anyone waits who has an expired value.
        long begin = System.nanoTime();
        await().until(() -> System.nanoTime() - begin > 20 * patience.toNanos());
        now.decrementAndGet();
        return all(missing, "warm");
      });

      assertThat(end.loaded()).isEqualTo(200);
      assertThat(now).hasValue(0);
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void closing_interrupts_loaders_where_callers_wait_for_a_limited_time_too() throws Exception {
    Cache<Long, String> texts =
        texts(cache -> cache.loadTimeout(Duration.ofMinutes(1), Duration.ofMinutes(1)));
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CacheWarmer warmer = CacheWarmer.builder().progress(told::add).build();
    CompletableFuture<WarmingProgress> end =
        CompletableFuture.supplyAsync(() -> warmer.warm(texts, List.of(1L), missing -> {
          loading.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return all(missing, "warm");
        }));
    loading.await();

    warmer.close();

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(end.get().done()).isZero();
  }

  @Test
  void closing_stops_it_at_once_and_tells_what_was_done() throws Exception {
    CountDownLatch second = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Throwable> interruption = new AtomicReference<>();
    CacheWarmer warmer =
        CacheWarmer.builder().parallelism(1).progress(told::add).build();
    CompletableFuture<WarmingProgress> end =
        CompletableFuture.supplyAsync(() -> warmer.warm(events, KEYS, ids -> {
          second.countDown();
          if (second.getCount() == 0) {
            try {
              never.await();
            } catch (InterruptedException e) {
              interruption.set(e);
            }
          }
          return load(ids);
        }));
    second.await();

    warmer.close();

    assertThat(end.get().done()).isEqualTo(100);
    assertThat(end.get().ended()).isTrue();
    await().until(() -> interruption.get() != null);
    assertThatThrownBy(() -> warmer.warm(events, KEYS, this::load))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void an_interrupted_thread_stops_and_stays_interrupted() {
    try (CacheWarmer warmer = CacheWarmer.builder().progress(told::add).build()) {
      Thread.currentThread().interrupt();

      WarmingProgress end = warmer.warm(events, KEYS, this::load);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(end.done()).isLessThan(1_234);
    }
  }

  @Test
  void options_out_of_range_are_refused() {
    assertThatThrownBy(() -> CacheWarmer.builder().batch(0)).hasMessageContaining("was 0");
    assertThatThrownBy(() -> CacheWarmer.builder().parallelism(65)).hasMessageContaining("was 65");
    assertThatThrownBy(() -> CacheWarmer.builder().rate(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void a_person_sees_a_bar_and_others_a_line() {
    WarmingProgress half = new WarmingProgress(
        "events", 5_000, OptionalLong.of(10_000), 4_000, 7, Duration.ofSeconds(2), false);
    WarmingProgress end = new WarmingProgress(
        "events", 5_000, OptionalLong.empty(), 5_000, 0, Duration.ofSeconds(2), true);
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    WarmingDisplay display =
        new WarmingDisplay(Optional.of(new PrintStream(terminal, true, StandardCharsets.UTF_8)));

    display.accept(half);
    display.accept(half);
    display.accept(end);

    assertThat(terminal.toString(StandardCharsets.UTF_8).split("\r"))
        .containsExactly(
            "",
            "[###############...............] Cache 'events' warms: 5,000 of 10,000 keys, 4,000 loaded, 7 failed, 2,500/s, 2.0 s left\033[K",
            "Cache 'events' warmed: 5,000 keys, 5,000 loaded, 2,500/s, 2.0 s\033[K\n");
  }

  private Map<Long, Event> load(Set<Long> ids) {
    asked.add(ids);
    Map<Long, Event> loaded = new HashMap<>();
    ids.forEach(id -> loaded.put(id, new Event(id, "loaded")));
    return loaded;
  }
}
