package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.redis.Codec;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
  /** By which the callers of this test are told from those of others that run at the same time. */
  private final String callers = "caller-" + System.identityHashCode(this);

  private final ExecutorService threads =
      Executors.newCachedThreadPool(runnable -> new Thread(runnable, callers));

  FlightsTest(RedisNamespace namespace) {
    this.instance = CachesFixture.on(namespace);
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
    Gate start = new Gate();
    List<Future<Event>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(threads.submit(() -> {
        start.awaitOpen();
        return events.getOrLoad(1L, id -> {
          loads.incrementAndGet();
          return BEFORE;
        });
      }));
    }
    start.open();

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
    IllegalStateException failure = new IllegalStateException("database is down");
    SlowLoad<Event> pilot = SlowLoad.begin(hold -> events.getOrLoad(1L, id -> {
      hold.run();
      throw failure;
    }));
    Future<Event> passenger = threads.submit(() -> events.getOrLoad(1L, id -> AFTER));
    await().until(() -> waiting() == 1);
    pilot.release();

    assertThatThrownBy(pilot::result).isInstanceOf(ExecutionException.class).hasCause(failure);
    assertThatThrownBy(passenger::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    assertThat(events.getOrLoad(1L, id -> AFTER)).isEqualTo(AFTER);
  }

  @Test
  void a_value_deleted_while_it_was_loaded_is_not_cached() throws Exception {
    SlowLoad<Event> stale = loadOvertakenBy(() -> events.delete(1L));

    assertThat(stale.result()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).isEmpty();
  }

  @Test
  void a_value_put_while_an_older_one_was_loaded_stays() throws Exception {
    SlowLoad<Event> stale = loadOvertakenBy(() -> events.put(1L, AFTER));

    assertThat(stale.result()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).contains(AFTER);
  }

  @Test
  void who_asks_after_a_deletion_does_not_share_the_load_from_before_it() throws Exception {
    List<Event> seen = new ArrayList<>();
    SlowLoad<Event> stale = loadOvertakenBy(() -> {
      events.delete(1L);
      seen.add(events.getOrLoad(1L, id -> AFTER));
    });

    assertThat(seen).containsExactly(AFTER);
    assertThat(stale.result()).isEqualTo(BEFORE);
    assertThat(events.get(1L)).contains(AFTER);
  }

  @Test
  void a_batch_overtaken_by_a_deletion_caches_the_others_only() throws Exception {
    Event other = new Event(2, "other");
    SlowLoad<Map<Long, Event>> batch =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(1L, BEFORE, 2L, other);
        }));
    events.delete(1L);
    batch.release();

    assertThat(batch.result()).containsOnly(Map.entry(1L, BEFORE), Map.entry(2L, other));
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.get(2L)).contains(other);
  }

  @Test
  void a_batch_takes_over_what_others_are_loading_and_loads_what_they_failed_to() throws Exception {
    CountDownLatch loading = new CountDownLatch(2);
    Gate release = new Gate();
    Future<Event> good = threads.submit(() -> events.getOrLoad(1L, id -> {
      loading.countDown();
      release.awaitOpen();
      return BEFORE;
    }));
    Future<Event> bad = threads.submit(() -> events.getOrLoad(2L, id -> {
      loading.countDown();
      release.awaitOpen();
      throw new IllegalStateException("no such row");
    }));
    loading.await();
    List<Long> asked = Collections.synchronizedList(new ArrayList<>());
    Event two = new Event(2, "two");
    Event three = new Event(3, "three");
    Future<Map<Long, Event>> batch =
        threads.submit(() -> events.getAllOrLoad(List.of(1L, 2L, 3L), ids -> {
          asked.addAll(ids);
          release.open();
          return ids.contains(2L) ? Map.of(2L, two) : Map.of(3L, three);
        }));

    assertThat(batch.get())
        .containsExactly(Map.entry(1L, BEFORE), Map.entry(2L, two), Map.entry(3L, three));
    assertThat(asked).containsExactly(3L, 2L);
    assertThat(good.get()).isEqualTo(BEFORE);
    assertThatThrownBy(bad::get).hasRootCauseMessage("no such row");
  }

  @Test
  void who_asks_after_a_put_does_not_share_a_read_from_before_it() throws Exception {
    Gate decoding = new Gate();
    Gate decode = new Gate();
    Codec<String> slowToReadOld = new Codec<>() {
      @Override
      public int id() {
        return 64;
      }

      @Override
      public byte[] encode(String value) {
        return value.getBytes(UTF_8);
      }

      @Override
      public String decode(byte[] bytes) {
        String value = new String(bytes, UTF_8);
        if (value.equals("old")) {
          decoding.open();
          decode.awaitOpen();
        }
        return value;
      }
    };
    Cache<Long, String> texts = instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(slowToReadOld)
        .build();
    texts.put(1L, "old");
    Future<String> before = threads.submit(() -> texts.getOrLoad(1L, id -> "loaded"));
    decoding.awaitOpen();

    texts.put(1L, "new");

    assertThat(texts.getOrLoad(1L, id -> "loaded")).isEqualTo("new");
    decode.open();
    assertThat(before.get()).isEqualTo("old");
  }

  @Test
  void an_invalidation_is_never_lost_among_others() throws Exception {
    Flights<String> flights = new Flights<>();
    AtomicBoolean stop = new AtomicBoolean();
    for (int i = 0; i < 4; i++) {
      String busy = "busy" + i;
      threads.execute(() -> {
        while (!stop.get()) {
          Flight<String> flight = new Flight<>();
          flights.enterOrGet(busy, flight);
          flights.leave(busy, flight);
        }
      });
      threads.execute(() -> {
        while (!stop.get()) {
          flights.invalidate(List.of(busy));
        }
      });
    }
    int lost = 0;
    for (int i = 0; i < 50_000; i++) {
      Flight<String> flight = new Flight<>();
      flights.enterOrGet("x", flight);
      flights.invalidate(List.of("x"));
      Flight<String> next = new Flight<>();
      lost += flights.enterOrGet("x", next) == null ? 0 : 1;
      flights.leave("x", next);
    }
    stop.set(true);

    assertThat(lost).isZero();
  }

  @Test
  void batches_share_the_load_of_a_key_also_when_there_is_none() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    Gate loading = new Gate();
    Gate release = new Gate();
    List<Future<Map<Long, Event>>> callers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      callers.add(threads.submit(() -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
        loads.incrementAndGet();
        loading.open();
        release.awaitOpen();
        return Map.of(1L, BEFORE);
      })));
    }
    loading.awaitOpen();
    await().until(() -> waiting() == 31);
    release.open();

    for (Future<Map<Long, Event>> caller : callers) {
      assertThat(caller.get()).containsOnly(Map.entry(1L, BEFORE));
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void a_key_that_a_batch_did_not_find_is_loaded_by_whoever_asks_for_it_alone() throws Exception {
    SlowLoad<Map<Long, Event>> batch =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L), ids -> {
          hold.run();
          return Map.of();
        }));
    Future<Event> alone = threads.submit(() -> events.getOrLoad(1L, id -> AFTER));
    await().until(() -> waiting() == 1);
    batch.release();

    assertThat(batch.result()).isEmpty();
    assertThat(alone.get()).isEqualTo(AFTER);
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
  private SlowLoad<Event> loadOvertakenBy(Runnable change) {
    SlowLoad<Event> load = SlowLoad.begin(events, BEFORE);
    change.run();
    load.release();
    return load;
  }

  /** Returns how many threads wait for somebody else's flight. */
  private long waiting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals(callers))
        .filter(thread -> Arrays.stream(thread.getValue())
            .anyMatch(frame -> frame.getClassName().equals(Flight.class.getName())
                && frame.getMethodName().equals("await")))
        .count();
  }
}
