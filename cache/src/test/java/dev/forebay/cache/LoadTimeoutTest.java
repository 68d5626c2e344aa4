package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that hangs holds up nobody for longer than the cache allows, in any instance. */
@RedisTest
@Timeout(120)
class LoadTimeoutTest {

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  private final CachesFixture here;
  private final CachesFixture there;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch awake = new CountDownLatch(1);
  private final LongAdder interruptions = new LongAdder();

  LoadTimeoutTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  @AfterEach
  void close() {
    awake.countDown();
    threads.shutdownNow();
    here.close();
    there.close();
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
    return cache(instance, "text", options);
  }

  private static Cache<Long, String> cache(
      CachesFixture instance, String word, UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance
            .caches
            .cache(word + "s")
            .key(word + ":{id}", Long.class)
            .value(String.class)
            .ttlJitter(0)
            .leaseTime(LONG))
        .build();
  }

  private static Cache<Long, String> expiring(CachesFixture instance, Duration timeout) {
    return texts(
        instance, cache -> cache.ttl(BRIEF).serveStaleOnErrorFor(LONG).loadTimeout(BRIEF, timeout));
  }

  private static void putExpired(Cache<Long, String> texts, long id) {
    texts.put(id, "old");
    await().until(() -> texts.get(id).isEmpty());
  }

  /** Loads for as long as the test lasts, whoever interrupts it. */
  private String hang() {
    while (true) {
      try {
        awake.await();
        return "late";
      } catch (InterruptedException e) {
        interruptions.increment();
      }
    }
  }

  @Test
  void who_waits_for_anothers_load_with_an_expired_value_at_hand_has_that_as_soon() {
    Cache<Long, String> texts = expiring(here, LONG);
    Cache<Long, String> elsewhere = expiring(there, LONG);
    putExpired(texts, 1L);
    putExpired(texts, 2L);

    assertThat(texts.getOrLoad(1L, id -> hang())).isEqualTo("old");
    assertThat(texts.getOrLoad(2L, id -> hang())).isEqualTo("old");

    assertThat(texts.getOrLoad(1L, id -> "loaded here")).isEqualTo("old");
    assertThat(elsewhere.getOrLoad(1L, id -> "loaded there")).isEqualTo("old");
    assertThat(elsewhere.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, "one", 2L, "two")))
        .containsOnly(Map.entry(1L, "old"), Map.entry(2L, "old"));
  }

  @Test
  void who_waits_for_anothers_load_gives_up_when_he_would_with_his_own() {
    Cache<Long, String> patient = texts(here, cache -> cache);
    Cache<Long, String> texts = texts(there, cache -> cache.loadTimeout(BRIEF, BRIEF));
    SlowLoad<String> slow = SlowLoad.begin(hold -> patient.getOrLoad(1L, id -> {
      hold.run();
      return "slow";
    }));

    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> "loaded"))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("text:1'")
        .hasMessageContaining("within 50 ms");
    assertThatThrownBy(() -> texts.getAllOrLoad(List.of(1L), ids -> Map.of(1L, "loaded")))
        .isInstanceOf(LoadTimeoutException.class);
    slow.release();
  }

  @Test
  void a_load_that_takes_too_long_frees_its_entry_though_its_caller_has_gone_before() {
    Cache<Long, String> texts = expiring(here, Duration.ofSeconds(1));
    Cache<Long, String> elsewhere = expiring(there, Duration.ofSeconds(1));
    elsewhere.setTtl(LONG);
    putExpired(texts, 1L);

    assertThat(texts.getOrLoad(1L, id -> hang())).isEqualTo("old");

    await().untilAsserted(() -> {
      assertThat(elsewhere.getOrLoad(1L, id -> "new")).isEqualTo("new");
      assertThat(texts.get(1L)).contains("new");
    });
  }

  @Test
  void a_load_that_takes_too_long_is_interrupted() throws Exception {
    Duration timeout = Duration.ofSeconds(1);
    Cache<Long, String> texts = texts(here, cache -> cache.loadTimeout(timeout, timeout));
    CountDownLatch interrupted = new CountDownLatch(1);

    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return "late";
        }))
        .isInstanceOf(LoadTimeoutException.class);

    assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(texts.getOrLoad(1L, id -> "in time")).isEqualTo("in time");
    assertThat(texts.get(1L)).contains("in time");
  }

  @Test
  void a_source_that_hangs_takes_all_threads_of_its_cache_and_none_of_others() throws Exception {
    Duration timeout = Duration.ofSeconds(3);
    Cache<Long, String> texts = texts(here, cache -> cache.loadTimeout(timeout, timeout));
    Cache<Long, String> notes =
        cache(here, "note", cache -> cache.loadTimeout(timeout, Duration.ofSeconds(60)));
    List<Future<String>> callers = new ArrayList<>();
    CountDownLatch hanging = new CountDownLatch(LoadThreads.TIMED_LOADS);
    for (long id = 0; id < LoadThreads.TIMED_LOADS; id++) {
      long key = id;
      callers.add(threads.submit(() -> texts.getOrLoad(key, same -> {
        hanging.countDown();
        return hang();
      })));
    }
    assertThat(hanging.await(60, TimeUnit.SECONDS)).isTrue();
    for (Future<String> caller : callers) {
      assertThatThrownBy(caller::get).hasCauseInstanceOf(LoadTimeoutException.class);
    }

    assertThatThrownBy(() -> texts.getOrLoad(1_000L, id -> "loaded"))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("all 256 threads");
    await().until(() -> interruptions.sum() == LoadThreads.TIMED_LOADS);
    assertThat(notes.getOrLoad(1L, id -> "loaded")).isEqualTo("loaded");
    awake.countDown();
    await()
        .untilAsserted(
            () -> assertThat(texts.getOrLoad(1_000L, id -> "loaded")).isEqualTo("loaded"));
  }

  @Test
  void refreshes_that_hang_are_interrupted_too_and_those_of_other_caches_go_on() {
    UnaryOperator<CacheBuilder<Long, String>> stale =
        cache -> cache.ttl(BRIEF).serveStaleFor(LONG).loadTimeout(BRIEF, Duration.ofSeconds(1));
    Cache<Long, String> texts = texts(here, stale);
    Cache<Long, String> notes = cache(here, "note", stale);
    AtomicInteger interrupted = new AtomicInteger();
    notes.put(1L, "old");
    for (long id = 0; id < 10; id++) {
      texts.put(id, "old");
    }
    await().untilAsserted(() -> {
      for (long id = 0; id < 10; id++) {
        assertThat(texts.getOrLoad(id, same -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
              }
              return "late";
            }))
            .isEqualTo("old");
      }
      assertThat(interrupted).hasPositiveValue();
    });
    notes.setTtl(LONG);
    await().untilAsserted(() -> assertThat(notes.getOrLoad(1L, id -> "new")).isEqualTo("new"));

    texts.setTtl(LONG);
    await().untilAsserted(() -> {
      for (long id = 0; id < 10; id++) {
        assertThat(texts.getOrLoad(id, same -> "new")).isEqualTo("new");
      }
    });
  }

  @Test
  void limits_out_of_range_are_refused_before_anyone_loads() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    for (Duration timeout : List.of(Duration.ofDays(1).plusMillis(1), forever)) {
      assertThatThrownBy(() -> texts(here, cache -> cache.loadTimeout(BRIEF, timeout)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("timeout <= 1 day, were PT0.05S and " + timeout);
    }
    for (Duration patience : List.of(Duration.ofNanos(999_999), LONG.plusMillis(1), forever)) {
      assertThatThrownBy(() -> texts(here, cache -> cache.loadTimeout(patience, LONG)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> texts(here, cache -> cache.leaseTime(forever)))
        .isInstanceOf(IllegalArgumentException.class);

    Cache<Long, String> texts =
        texts(here, cache -> cache.loadTimeout(Duration.ofMillis(1), Duration.ofDays(1)));
    assertThat(texts.getOrLoad(1L, id -> "loaded")).isEqualTo("loaded");
  }

  @Test
  void loads_are_limited_in_time_also_when_the_caches_are_closed() {
    Cache<Long, String> texts = texts(here, cache -> cache.loadTimeout(BRIEF, BRIEF));
    here.caches.close();

    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> hang()))
        .isInstanceOf(LoadTimeoutException.class);
  }

  @Test
  void an_entry_that_is_there_but_may_not_be_read_is_loaded_at_once(
      @OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "~*", "&*", "+@all", "-mget");
    String app = "redis://app:pw@127.0.0.1:" + server.port();
    try (CachesFixture denied = CachesFixture.on(app, "");
        CachesFixture allowed = CachesFixture.on(server.uri(), "")) {
      Cache<Long, String> texts = texts(denied, cache -> cache);
      Cache<Long, String> readable = texts(allowed, cache -> cache);
      readable.put(1L, "cached");

      assertThat(texts.getOrLoad(1L, id -> "loaded")).isEqualTo("loaded");
      assertThat(texts.getAllOrLoad(List.of(1L), ids -> Map.of(1L, "loaded")))
          .containsEntry(1L, "loaded");

      assertThat(texts.statistics().failures()).isBetween(1L, 10L);
      assertThat(readable.get(1L)).contains("cached");
    }
  }
}
