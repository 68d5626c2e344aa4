package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest
@Timeout(60)
class FlightsTest {

  private static final int CALLERS = 256;
  private static final Event BEFORE = new Event(1, "before");
  private static final Event AFTER = new Event(1, "after");

  private final CachesFixture instance;
  private final Cache<Long, Event> events;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FlightsTest(RedisNamespace namespace) {
    this.instance = CachesFixture.on(namespace.uri(), namespace.keyPrefix());
    this.events = instance.events();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    instance.close();
  }

  @Test
  void callers_of_one_missing_key_share_one_load() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Event>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(threads.submit(() -> {
        start.await();
        return events.getOrLoad(1L, id -> {
          loads.incrementAndGet();
          return BEFORE;
        });
      }));
    }
    start.countDown();

    for (Future<Event> caller : callers) {
      assertThat(caller.get()).isEqualTo(BEFORE);
    }
    assertThat(loads).hasValue(1);
    CacheStatistics statistics = events.statistics();
    assertThat(statistics.hits() + statistics.misses()).isEqualTo(CALLERS);
  }

  @Test
  void a_failed_load_reaches_everyone_who_shared_it_and_the_next_one_starts_anew()
      throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    IllegalStateException failure = new IllegalStateException("database is down");
    Future<Event> pilot = threads.submit(() -> events.getOrLoad(1L, id -> {
      loading.countDown();
      awaitLatch(release);
      throw failure;
    }));
    loading.await();
    Future<Event> passenger = threads.submit(() -> events.getOrLoad(1L, id -> AFTER));
    await().until(() -> isBlocked(passenger));
    release.countDown();

    assertThatThrownBy(pilot::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    assertThatThrownBy(passenger::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    assertThat(events.getOrLoad(1L, id -> AFTER)).isEqualTo(AFTER);
  }

  @Test
  void a_value_deleted_while_it_was_loaded_is_not_cached() throws Exception {
    Future<Event> stale = loadOvertakenBy(() -> events.delete(1L));

    assertThat(stale.get()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).isEmpty();
  }

  @Test
  void a_value_put_while_an_older_one_was_loaded_stays() throws Exception {
    Future<Event> stale = loadOvertakenBy(() -> events.put(1L, AFTER));

    assertThat(stale.get()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).contains(AFTER);
  }

  @Test
  void who_asks_after_a_deletion_does_not_share_the_load_from_before_it() throws Exception {
    List<Event> seen = new ArrayList<>();
    Future<Event> stale = loadOvertakenBy(() -> {
      events.delete(1L);
      seen.add(events.getOrLoad(1L, id -> AFTER));
    });

    assertThat(seen).containsExactly(AFTER);
    assertThat(stale.get()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).contains(AFTER);
  }

  @Test
  void a_batch_overtaken_by_a_deletion_caches_the_others_only() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Event other = new Event(2, "other");
    Future<Map<Long, Event>> batch =
        threads.submit(() -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
          loading.countDown();
          awaitLatch(release);
          return Map.of(1L, BEFORE, 2L, other);
        }));
    loading.await();
    events.delete(1L);
    release.countDown();

    assertThat(batch.get()).containsOnly(Map.entry(1L, BEFORE), Map.entry(2L, other));
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.get(2L)).contains(other);
  }

  @Test
  void a_batch_takes_over_what_others_are_loading_and_loads_what_they_failed_to() throws Exception {
    CountDownLatch loading = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    Future<Event> good = threads.submit(() -> events.getOrLoad(1L, id -> {
      loading.countDown();
      awaitLatch(release);
      return BEFORE;
    }));
    Future<Event> bad = threads.submit(() -> events.getOrLoad(2L, id -> {
      loading.countDown();
      awaitLatch(release);
      throw new IllegalStateException("no such row");
    }));
    loading.await();
    List<Long> asked = java.util.Collections.synchronizedList(new ArrayList<>());
    Event two = new Event(2, "two");
    Event three = new Event(3, "three");
    Future<Map<Long, Event>> batch =
        threads.submit(() -> events.getAllOrLoad(List.of(1L, 2L, 3L), ids -> {
          asked.addAll(ids);
          release.countDown();
          return ids.contains(2L) ? Map.of(2L, two) : Map.of(3L, three);
        }));

    assertThat(batch.get())
        .containsExactly(Map.entry(1L, BEFORE), Map.entry(2L, two), Map.entry(3L, three));
    assertThat(asked).containsExactly(3L, 2L);
    assertThat(good.get()).isEqualTo(BEFORE);
    assertThatThrownBy(bad::get).hasRootCauseMessage("no such row");
  }

  @Test
  void a_loader_that_asks_for_its_own_key_is_told_so_instead_of_hanging() {
    assertThatThrownBy(() -> events.getOrLoad(1L, id -> events.getOrLoad(1L, again -> AFTER)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("asked for")
        .hasMessageContaining("event:1");
  }

  @Test
  void a_loader_may_use_other_keys_and_other_caches() {
    Event event = events.getOrLoad(1L, id -> events.getOrLoad(2L, other -> AFTER));

    assertThat(event).isEqualTo(AFTER);
    assertThat(events.get(2L)).contains(AFTER);
  }

  /** Starts a load of an old value, and runs {@code change} before the load ends. */
  private Future<Event> loadOvertakenBy(Runnable change) throws InterruptedException {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Future<Event> load = threads.submit(() -> events.getOrLoad(1L, id -> {
      loading.countDown();
      awaitLatch(release);
      return BEFORE;
    }));
    loading.await();
    change.run();
    release.countDown();
    return load;
  }

  private static boolean isBlocked(Future<?> passenger) {
    // A passenger reads nothing itself: it is on board as soon as it waits without being done.
    return !passenger.isDone()
        && Thread.getAllStackTraces().values().stream()
            .anyMatch(stack -> java.util.Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().equals(Flight.class.getName())
                    && frame.getMethodName().equals("await")));
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Never released");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
