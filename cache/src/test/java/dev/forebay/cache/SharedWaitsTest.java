package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long callers wait for the loads of others: once, however many these are. */
@RedisTest
@Timeout(120)
class SharedWaitsTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final CachesFixture here;
  private final CachesFixture there;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Thread> asking = ConcurrentHashMap.newKeySet();

  SharedWaitsTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close();
    there.close();
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance.caches.cache("texts").key("text:{id}", Long.class).value(String.class))
        .build();
  }

  private static Cache<Long, String> timed(CachesFixture instance, Duration timeout) {
    return texts(instance, cache -> cache.loadTimeout(timeout, timeout));
  }

  private Future<String> ask(
      Cache<Long, String> texts, Loader<Long, String, RuntimeException> load) {
    return threads.submit(() -> {
      asking.add(Thread.currentThread());
      return texts.getOrLoad(1L, load);
    });
  }

  private void awaitAsking(int callers) {
    await()
        .until(() -> asking.size() == callers
            && asking.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
  }

  private static void pass(Duration time) {
    long begin = System.nanoTime();
    long left = time.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = time.toNanos() - (System.nanoTime() - begin);
    }
  }

  @Test
  @Tag("C2")
  void callers_of_a_load_that_outlasts_its_lease_share_the_next_one() throws Exception {
    Cache<Long, String> texts = texts(here, cache -> cache.leaseTime(Duration.ofMillis(300)));
    AtomicInteger loads = new AtomicInteger();
    List<Future<String>> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      callers.add(ask(texts, id -> {
        loads.incrementAndGet();
        pass(Duration.ofSeconds(1));
        return "loaded";
      }));
    }

    for (Future<String> caller : callers) {
      assertThat(caller.get(60, TimeUnit.SECONDS)).isEqualTo("loaded");
    }
    assertThat(loads).hasValueLessThanOrEqualTo(6);
  }

  @Test
  void a_batch_waits_for_all_that_others_load_together_and_not_for_one_after_the_other()
      throws Exception {
    Cache<Long, String> texts = texts(here, cache -> cache.leaseTime(Duration.ofSeconds(1)));
    List<Long> ids = LongStream.range(0, 60).boxed().toList();
    SlowLoad<Map<Long, String>> slow = SlowLoad.begin(hold -> texts.getAllOrLoad(ids, missing -> {
      hold.run();
      return Map.of();
    }));

    Future<Map<Long, String>> batch = threads.submit(() -> texts.getAllOrLoad(ids, missing -> {
      Map<Long, String> loaded = new HashMap<>();
      missing.forEach(id -> loaded.put(id, "loaded"));
      return loaded;
    }));

    assertThat(batch.get(20, TimeUnit.SECONDS)).hasSize(60);
    slow.release();
    assertThat(slow.result()).isEmpty();
  }

  @Test
  void who_shares_one_load_after_the_other_waits_no_longer_than_one_may_take() throws Exception {
    Cache<Long, String> texts = timed(here, Duration.ofSeconds(6));
    SlowLoad<String> first = SlowLoad.begin(hold -> texts.getOrLoad(1L, id -> {
      hold.run();
      return "first";
    }));
    Future<String> sharing = ask(texts, id -> "not asked in time");
    awaitAsking(1);
    pass(Duration.ofSeconds(3));
    texts.delete(1L);
    SlowLoad<String> second = SlowLoad.begin(hold -> texts.getOrLoad(1L, id -> {
      hold.run();
      return "second";
    }));
    first.release();

    assertThatThrownBy(() -> sharing.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(LoadTimeoutException.class);
    second.release();
    assertThat(second.result()).isEqualTo("second");
    assertThat(first.result()).isEqualTo("first");
  }

  @Test
  void who_shares_the_load_of_a_caller_whose_time_is_over_goes_on_waiting() throws Exception {
    Cache<Long, String> texts = timed(here, Duration.ofSeconds(6));
    SlowLoad<String> first = SlowLoad.begin(hold -> texts.getOrLoad(1L, id -> {
      hold.run();
      return "first";
    }));
    Future<SlowLoad<String>> waiting =
        threads.submit(() -> SlowLoad.begin(hold -> texts.getOrLoad(1L, id -> {
          hold.run();
          return "second";
        })));
    pass(Duration.ofSeconds(3));
    timed(there, Duration.ofSeconds(6)).delete(1L);
    first.release();
    SlowLoad<String> second = waiting.get(60, TimeUnit.SECONDS);
    Future<String> sharing = ask(texts, id -> "third");
    assertThatThrownBy(second::result).hasCauseInstanceOf(LoadTimeoutException.class);
    second.release();

    assertThat(sharing.get(60, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(first.result()).isEqualTo("first");
  }

  @Test
  @Tag("C2")
  void nobody_loads_beside_who_holds_the_lease_however_long_that_takes() throws Exception {
    Cache<Long, String> texts = texts(here, cache -> cache.leaseTime(LONG));
    Cache<Long, String> elsewhere = texts(there, cache -> cache.leaseTime(LONG));
    SlowLoad<Map<Long, String>> slow =
        SlowLoad.begin(hold -> texts.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(1L, "one", 2L, "two");
        }));
    Future<String> single = threads.submit(() -> elsewhere.getOrLoad(1L, id -> "beside"));
    Future<Map<Long, String>> batch =
        threads.submit(() -> elsewhere.getAllOrLoad(List.of(2L), ids -> Map.of(2L, "beside")));

    pass(Duration.ofSeconds(31));
    assertThat(single).isNotDone();
    assertThat(batch).isNotDone();
    slow.release();

    assertThat(single.get(60, TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(batch.get(60, TimeUnit.SECONDS)).containsEntry(2L, "two");
    assertThat(slow.result()).hasSize(2);
  }

  @Test
  void a_loader_that_asks_for_its_own_key_is_told_so_on_whichever_thread_it_runs() {
    Cache<Long, String> texts = timed(here, Duration.ofSeconds(3));

    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> texts.getOrLoad(1L, again -> "again")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("text:1");
    assertThatThrownBy(() -> texts.getAllOrLoad(
            List.of(1L, 2L), ids -> Map.of(1L, texts.getOrLoad(2L, again -> "again"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("text:2");
    assertThat(texts.getOrLoad(1L, id -> texts.getOrLoad(2L, other -> "other"))).isEqualTo("other");
  }
}
