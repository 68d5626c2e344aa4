package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stale entries are renewed once, by batches as by single reads, and never for the worse. */
@RedisTest
@Tag("C6")
@Timeout(120)
class RefreshesTest {

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  private final RedisNamespace namespace;
  private final CachesFixture here;
  private final CachesFixture there;
  private final List<Gate> gates = new ArrayList<>();

  RefreshesTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  @AfterEach
  void close() {
    gates.forEach(Gate::open);
    here.close();
    there.close();
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
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

  private static void putStale(Cache<Long, String> texts, long id) {
    texts.put(id, "old");
    await().until(() -> texts.ttl(id).orElse(Duration.ZERO).isZero());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_another_instance_has_renewed_or_outdated_while_it_waited_for_a_thread_is_left_alone(
      boolean outdated) {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleFor(LONG));
    Cache<Long, String> elsewhere = texts(there, cache -> cache.serveStaleFor(LONG));
    putStale(elsewhere, 1L);
    for (long id = 100; id < 100 + LoadThreads.REFRESHES; id++) {
      putStale(elsewhere, id);
      Gate loading = new Gate();
      Gate release = new Gate();
      gates.add(release);
      elsewhere.getOrLoad(id, same -> {
        loading.open();
        release.awaitOpen();
        return "new";
      });
      loading.awaitOpen();
    }
    AtomicInteger again = new AtomicInteger();
    assertThat(elsewhere.getOrLoad(1L, id -> "again " + again.incrementAndGet()))
        .isEqualTo("old");

    texts.setTtl(LONG);
    if (outdated) {
      texts.clear();
    }
    texts.getOrLoad(1L, id -> "new");
    await().untilAsserted(() -> assertThat(texts.get(1L)).contains("new"));
    putStale(elsewhere, 2L);
    elsewhere.setTtl(LONG);
    elsewhere.getOrLoad(2L, id -> "after it");
    gates.get(0).open();

    await().untilAsserted(() -> assertThat(elsewhere.get(2L)).contains("after it"));
    assertThat(again).hasValue(0);
    assertThat(elsewhere.get(1L)).contains("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void of_two_instances_that_find_an_entry_stale_one_refreshes_it(boolean batch) {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleFor(LONG));
    Cache<Long, String> elsewhere = texts(there, cache -> cache.serveStaleFor(LONG));
    putStale(texts, 1L);
    texts.setTtl(LONG);
    elsewhere.setTtl(LONG);
    AtomicInteger loads = new AtomicInteger();
    Gate loading = new Gate();
    Gate release = new Gate();
    gates.add(release);
    Supplier<String> source = () -> {
      loads.incrementAndGet();
      loading.open();
      release.awaitOpen();
      return "new";
    };
    Function<Cache<Long, String>, @Nullable String> read = cache -> batch
        ? cache.getAllOrLoad(List.of(1L), ids -> Map.of(1L, source.get())).get(1L)
        : cache.getOrLoad(1L, id -> source.get());

    assertThat(read.apply(texts)).isEqualTo("old");
    loading.awaitOpen();
    for (int i = 0; i < 10; i++) {
      assertThat(read.apply(elsewhere)).isEqualTo("old");
    }
    // The other one has asked for the lease, and was told that it is taken.
    String lease = CachesFixture.leaseOf(namespace, "text:1");
    await().until(() -> Objects.equals(namespace.execute("HLEN", lease), 2L));
    release.open();

    await().untilAsserted(() -> assertThat(texts.get(1L)).contains("new"));
    assertThat(elsewhere.get(1L)).contains("new");
    assertThat(loads).hasValue(1);
  }

  @Test
  void of_more_stale_entries_than_may_wait_for_a_thread_the_last_is_served_and_refreshed_later() {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleFor(LONG).leaseTime(LONG));
    long accepted = LoadThreads.REFRESHES + LoadThreads.WAITING_REFRESHES;
    Map<Long, String> all = new HashMap<>();
    LongStream.rangeClosed(0, accepted).forEach(id -> all.put(id, "old"));
    texts.putAll(all);
    putStale(texts, accepted);
    texts.setTtl(LONG);
    Gate release = new Gate();
    gates.add(release);
    Set<Long> loaded = ConcurrentHashMap.newKeySet();
    Loader<Long, String, RuntimeException> loader = id -> {
      release.awaitOpen();
      loaded.add(id);
      return "new";
    };

    LongStream.rangeClosed(0, accepted)
        .forEach(id -> assertThat(texts.getOrLoad(id, loader)).isEqualTo("old"));
    release.open();
    await().atMost(Duration.ofSeconds(60)).until(() -> texts.statistics().refreshes() == accepted);
    assertThat(loaded).hasSize((int) accepted);
    assertThat(texts.get(0L)).contains("new");
    assertThat(texts.get(accepted)).as("the one too many").contains("old");

    assertThat(texts.getOrLoad(accepted, loader)).isEqualTo("old");
    await().untilAsserted(() -> assertThat(texts.get(accepted)).contains("new"));
  }

  @Test
  void a_batch_is_served_stale_entries_and_has_them_renewed_together() {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleFor(LONG));
    texts.put(1L, "old");
    putStale(texts, 2L);
    texts.setTtl(LONG);
    AtomicInteger loads = new AtomicInteger();

    assertThat(texts.getAllOrLoad(List.of(1L, 2L), ids -> {
          loads.incrementAndGet();
          Map<Long, String> loaded = new HashMap<>();
          ids.forEach(id -> loaded.put(id, "new " + id));
          return loaded;
        }))
        .containsOnly(Map.entry(1L, "old"), Map.entry(2L, "old"));

    await()
        .untilAsserted(() -> assertThat(texts.getAll(List.of(1L, 2L)))
            .containsOnly(Map.entry(1L, "new 1"), Map.entry(2L, "new 2")));
    assertThat(loads).hasValue(1);
    await().untilAsserted(() -> assertThat(texts.statistics().refreshes()).isEqualTo(2));
  }

  @Test
  void a_batch_whose_loader_fails_is_served_expired_entries_if_that_is_all_it_needs() {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleOnErrorFor(LONG));
    texts.put(1L, "old");
    putStale(texts, 2L);
    assertThat(texts.get(1L)).isEmpty();
    BatchLoader<Long, String, IOException> failing = ids -> {
      throw new IOException("the source is away");
    };

    assertThat(catching(() -> texts.getAllOrLoad(List.of(1L, 2L), failing)))
        .containsOnly(Map.entry(1L, "old"), Map.entry(2L, "old"));
    // What is not there would look as if the source had no such row.
    assertThatThrownBy(() -> texts.getAllOrLoad(List.of(1L, 2L, 3L), failing))
        .isInstanceOf(IOException.class);
    assertThat(texts.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, "new")))
        .containsOnly(Map.entry(1L, "new"));
  }

  @Test
  void who_shares_one_entry_with_a_batch_that_fails_still_has_the_expired_value() throws Exception {
    Cache<Long, String> texts = texts(here, cache -> cache.serveStaleOnErrorFor(LONG));
    putStale(texts, 1L);
    SlowLoad<Map<Long, String>> batch =
        SlowLoad.begin(hold -> texts.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          throw new IllegalStateException("the source is away");
        }));
    FutureTask<String> sharing = new FutureTask<>(() -> texts.getOrLoad(1L, id -> {
      throw new IllegalStateException("it still is");
    }));
    Thread thread = new Thread(sharing, "sharing");
    thread.start();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    batch.release();

    assertThat(sharing.get(60, TimeUnit.SECONDS)).isEqualTo("old");
    assertThatThrownBy(batch::result).hasRootCauseMessage("the source is away");
  }

  private interface Reading {

    Map<Long, String> run() throws IOException;
  }

  private static Map<Long, String> catching(Reading reading) {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_batch_waits_for_its_loader_no_longer_than_allowed() throws Exception {
    Cache<Long, String> texts = texts(
        here, cache -> cache.serveStaleOnErrorFor(LONG).loadTimeout(BRIEF, Duration.ofSeconds(1)));
    putStale(texts, 1L);
    CountDownLatch interrupted = new CountDownLatch(2);
    BatchLoader<Long, String, RuntimeException> hanging = ids -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return Map.of();
    };

    assertThat(texts.getAllOrLoad(List.of(1L), hanging)).containsOnly(Map.entry(1L, "old"));
    assertThatThrownBy(() -> texts.getAllOrLoad(List.of(2L, 3L), hanging))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("text:2' and 1 more")
        .hasMessageContaining("1000 ms");
    assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }
}
