package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.cache.LeasesTest.Invalidation;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What one instance loaded before another one invalidated it is not stored after that, whichever way
 * it was loaded.
 */
@RedisTest
@Timeout(120)
class OvertakenLoadsTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Event OTHER = new Event(2, "other");

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  private final Cache<Long, Event> events;
  private final Cache<Long, Event> others;

  OvertakenLoadsTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
    this.events = cacheOf(here);
    this.others = cacheOf(there);
  }

  /** Entries are stale at once, so that whoever is served one has it refreshed. */
  private static Cache<Long, Event> cacheOf(CachesFixture instance) {
    return instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("all", "id/" + id))
        .ttl(Duration.ofMillis(1))
        .serveStaleFor(Duration.ofHours(1))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void what_a_single_read_loaded_before_is_not_stored_after(Invalidation invalidation)
      throws Exception {
    requireNotStored(SlowLoad.begin(events, OLD), invalidation);
  }

  @ParameterizedTest
  @EnumSource
  void nor_is_what_a_batch_loaded(Invalidation invalidation) throws Exception {
    requireNotStored(SlowLoad.begin(this::batch), invalidation);
  }

  @ParameterizedTest
  @EnumSource
  void nor_is_what_a_refresh_loaded(Invalidation invalidation) throws Exception {
    putStale();
    requireNotStored(SlowLoad.begin(events, OLD), invalidation);
  }

  @ParameterizedTest
  @EnumSource
  void nor_is_what_the_refresh_of_a_batch_loaded(Invalidation invalidation) throws Exception {
    putStale();
    requireNotStored(SlowLoad.begin(this::batch), invalidation);
  }

  private Map<Long, Event> batch(Runnable hold) {
    return events.getAllOrLoad(List.of(1L, 2L), ids -> {
      hold.run();
      return Map.of(1L, OLD, 2L, OTHER);
    });
  }

  private void putStale() {
    events.putAll(Map.of(1L, OLD, 2L, OTHER));
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> events.ttl(1L).orElseThrow().isZero());
  }

  private void requireNotStored(SlowLoad<?> slow, Invalidation invalidation) throws Exception {
    invalidation.operation().accept(others);
    slow.release();

    var unused = slow.result();
    // The entry is refreshed again only when the load before has ended.
    AtomicBoolean refreshed = new AtomicBoolean();
    Thread reader = Thread.currentThread();
    List<Event> served = new ArrayList<>();
    await().pollInterval(Duration.ofMillis(5)).until(() -> {
      served.add(events.getOrLoad(1L, id -> {
        refreshed.compareAndSet(false, Thread.currentThread() != reader);
        return NEW;
      }));
      others.get(1L).ifPresent(served::add);
      return refreshed.get();
    });
    assertThat(served).containsOnly(NEW);
    assertThat(others.get(1L)).contains(NEW);
  }
}
