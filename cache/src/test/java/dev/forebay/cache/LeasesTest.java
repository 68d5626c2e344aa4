package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances of an application that load the same entries. */
@RedisTest
@Timeout(120)
class LeasesTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final RedisNamespace namespace;
  private final CachesFixture here;
  private final CachesFixture there;
  private final Cache<Long, Event> events;
  private final Cache<Long, Event> others;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  LeasesTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
    this.events = cacheOf(here);
    this.others = cacheOf(there);
  }

  private static Cache<Long, Event> cacheOf(CachesFixture instance) {
    return cacheOf(instance, "event", cache -> cache.leaseTime(LEASE));
  }

  private static Cache<Long, Event> cacheOf(
      CachesFixture instance, String word, UnaryOperator<CacheBuilder<Long, Event>> options) {
    return options
        .apply(instance
            .caches
            .cache(word + "s")
            .key(word + ":{id}", Long.class)
            .value(Event.class)
            .tags(id -> List.of("all", "id/" + id)))
        .build();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close();
    there.close();
  }

  @Test
  @Tag("C2")
  void of_many_callers_in_two_instances_one_loads() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    Gate start = new Gate();
    List<Future<Event>> callers = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      Cache<Long, Event> cache = i % 2 == 0 ? events : others;
      callers.add(threads.submit(() -> {
        start.awaitOpen();
        return cache.getOrLoad(1L, id -> {
          loads.incrementAndGet();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
          return OLD;
        });
      }));
    }
    start.open();
    for (Future<Event> caller : callers) {
      assertThat(caller.get(60, TimeUnit.SECONDS)).isEqualTo(OLD);
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  @Tag("C2")
  void of_two_batches_in_two_instances_each_loads_what_the_other_does_not() throws Exception {
    SlowLoad<Map<Long, Event>> first =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(1L, OLD, 2L, new Event(2, "two"));
        }));
    Future<Map<Long, Event>> second =
        threads.submit(() -> others.getAllOrLoad(List.of(2L, 3L), ids -> {
          assertThat(ids).containsExactly(3L);
          first.release();
          return Map.of(3L, new Event(3, "three"));
        }));

    assertThat(first.result()).hasSize(2);
    assertThat(second.get(60, TimeUnit.SECONDS))
        .containsEntry(2L, new Event(2, "two"))
        .containsEntry(3L, new Event(3, "three"));
  }

  @Test
  @Tag("C14")
  void what_a_batch_waits_for_is_counted_once_for_each_key() throws Exception {
    SlowLoad<Map<Long, Event>> first =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(1L, OLD, 2L, new Event(2, "two"));
        }));
    Future<Map<Long, Event>> second = threads.submit(() ->
        others.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, OLD, 2L, new Event(2, "two"))));
    await().until(() -> others.statistics().waits() > 0);
    first.release();

    assertThat(second.get(60, TimeUnit.SECONDS)).hasSize(2);
    assertThat(others.statistics().waits()).isEqualTo(2);
    assertThat(first.result()).hasSize(2);
    assertThat(events.statistics().waits()).isZero();
  }

  enum Invalidation {
    DELETE(cache -> cache.delete(1L)),
    PUT(cache -> cache.put(1L, NEW)),
    CLEAR(Cache::clear),
    TAG(cache -> cache.deleteTagged("id/1")),
    TAGS(cache -> cache.deleteTagged(List.of("id/2", "id/1"))),
    PATTERN(cache -> cache.deleteMatching("event:*"));

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, Event>> operation;

    Invalidation(Consumer<Cache<Long, Event>> operation) {
      this.operation = operation;
    }

    Consumer<Cache<Long, Event>> operation() {
      return operation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_asks_after_an_invalidation_by_another_instance_does_not_share_the_load_from_before_it(
      Invalidation invalidation) throws Exception {
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
    invalidation.operation.accept(others);

    assertThat(askedWhile(slow)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
  }

  @Test
  @Tag("C5")
  void nor_if_the_load_could_have_no_lease_as_the_entry_was_blocked() throws Exception {
    PendingInvalidation pending = others.beginInvalidation(List.of(1L));
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
    pending.close();

    assertThat(askedWhile(slow)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
  }

  @Test
  @Tag("C5")
  void nor_if_that_was_the_load_of_a_batch() throws Exception {
    PendingInvalidation pending = others.beginInvalidation(List.of(1L));
    SlowLoad<Map<Long, Event>> slow =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L), ids -> {
          hold.run();
          return Map.of(1L, OLD);
        }));
    pending.close();

    assertThat(askedWhile(slow)).containsExactly(NEW, NEW);
    assertThat(slow.result()).containsEntry(1L, OLD);
  }

  @ParameterizedTest
  @EnumSource
  void nor_does_he_share_its_failure(Invalidation invalidation) throws Exception {
    SlowLoad<Event> slow = SlowLoad.begin(hold -> events.getOrLoad(1L, id -> {
      hold.run();
      throw new IllegalStateException("no such row");
    }));
    invalidation.operation.accept(others);

    assertThat(askedWhile(slow)).containsExactly(NEW, NEW);
    assertThatThrownBy(slow::result).hasRootCauseMessage("no such row");
  }

  @ParameterizedTest
  @EnumSource
  void nor_is_he_told_that_there_was_nothing(Invalidation invalidation) throws Exception {
    SlowLoad<Map<Long, Event>> slow =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L), ids -> {
          hold.run();
          return Map.of();
        }));
    invalidation.operation.accept(others);

    assertThat(askedWhile(slow)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nor_is_he_served_the_expired_value_that_the_load_falls_back_to(Invalidation invalidation)
      throws Exception {
    UnaryOperator<CacheBuilder<Long, Event>> options =
        cache -> cache.ttl(Duration.ofMillis(1)).serveStaleOnErrorFor(Duration.ofMinutes(1));
    Cache<Long, Event> expiring = cacheOf(here, "brief", options);
    Cache<Long, Event> elsewhere = cacheOf(there, "brief", options);
    elsewhere.put(1L, OLD);
    await().until(() -> expiring.get(1L).isEmpty());
    SlowLoad<Event> slow = SlowLoad.begin(hold -> expiring.getOrLoad(1L, id -> {
      hold.run();
      throw new IllegalStateException("the source is away");
    }));
    if (invalidation == Invalidation.PATTERN) {
      elsewhere.deleteMatching("brief:*");
    } else {
      invalidation.operation.accept(elsewhere);
    }

    assertThat(askedWhile(expiring, slow)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
  }

  private List<Event> askedWhile(SlowLoad<?> slow) throws Exception {
    return askedWhile(events, slow);
  }

  private List<Event> askedWhile(Cache<Long, Event> cache, SlowLoad<?> slow) throws Exception {
    return Sharers.askBefore(slow::release, cache, NEW, threads);
  }

  @Test
  void what_a_batch_has_found_is_not_shared_while_it_loads_the_rest() throws Exception {
    Event two = new Event(2, "two");
    events.put(1L, OLD);
    SlowLoad<Map<Long, Event>> batch =
        SlowLoad.begin(hold -> events.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(2L, two);
        }));
    others.delete(1L);

    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    batch.release();
    assertThat(batch.result()).containsEntry(1L, OLD).containsEntry(2L, two);
  }

  @ParameterizedTest
  @EnumSource
  void what_was_stored_before_an_invalidation_is_never_read_after_it(Invalidation invalidation) {
    events.put(1L, OLD);
    assertThat(others.get(1L)).contains(OLD);
    invalidation.operation.accept(others);

    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    assertThat(others.get(1L)).contains(NEW);
  }

  @Test
  void a_tag_outdates_its_entries_and_no_others() {
    events.put(1L, OLD);
    events.put(2L, new Event(2, "two"));

    others.deleteTagged("id/1");
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.get(2L)).isPresent();

    others.deleteTagged("all");
    assertThat(events.get(2L)).isEmpty();
  }

  @Test
  void an_epoch_that_is_lost_outdates_its_entries_for_good() {
    events.put(1L, OLD);
    namespace.execute("DEL", namespace.key("#epoch:events"));
    assertThat(events.get(1L)).isEmpty();

    events.put(2L, new Event(2, "two"));
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.get(2L)).isPresent();
    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
  }

  @Test
  void when_a_load_fails_the_next_caller_loads() throws Exception {
    SlowLoad<Event> failing = SlowLoad.begin(hold -> events.getOrLoad(1L, id -> {
      hold.run();
      throw new IllegalStateException("the source is away");
    }));
    Future<Event> waiting = threads.submit(() -> others.getOrLoad(1L, id -> NEW));
    failing.release();

    assertThatThrownBy(failing::result).hasRootCauseMessage("the source is away");
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(NEW);
    assertThat(events.get(1L)).contains(NEW);
  }

  @Test
  void a_batch_whose_loader_fails_leaves_nothing_to_wait_for() {
    for (long id = 1; id <= 10; id++) {
      List<Long> ids = List.of(id, id + 100);
      assertThatThrownBy(() -> events.getAllOrLoad(ids, missing -> {
            throw new IllegalStateException("the source is away");
          }))
          .hasMessage("the source is away");
    }

    assertThat(here.caches.wakeups().isEmpty()).isTrue();
  }

  @Test
  void when_a_loader_hangs_others_go_on_after_the_lease_time() throws Exception {
    SlowLoad<Event> hanging = SlowLoad.begin(events, OLD);
    long begun = System.nanoTime();

    assertThat(others.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("not only when they wait for nobody any more")
        .isLessThan(Duration.ofSeconds(20));
    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    hanging.release();
    assertThat(hanging.result()).isEqualTo(OLD);
    assertThat(others.get(1L)).contains(NEW);
  }

  @Test
  void a_load_that_outlasts_its_lease_is_not_cached_and_that_is_told() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    here.caches.addListener(new CacheListener() {
      @Override
      public void onFailure(String cache, String operation, RuntimeException failure) {
        told.add(cache + " " + operation + ": " + failure.getMessage());
      }
    });
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
    await().until(() -> Objects.equals(namespace.execute("EXISTS", leaseOfOne()), 0L));
    slow.release();

    assertThat(slow.result()).isEqualTo(OLD);
    assertThat(events.get(1L)).isEmpty();
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("events load: A load of cache 'events' took ")
        .contains("1000 ms", "Raise leaseTime");
    assertThat(events.statistics().failures()).isEqualTo(1);

    Cache<Long, Event> patient = slow(here);
    SlowLoad<Event> overtaken = SlowLoad.begin(patient, OLD);
    patient.delete(1L);
    overtaken.release();
    assertThat(overtaken.result()).isEqualTo(OLD);
    assertThat(told).hasSize(1);
  }

  private String leaseOfOne() {
    return CachesFixture.leaseOf(namespace, "event:1");
  }

  @Test
  void a_lease_of_an_instance_that_died_runs_out() {
    String lease = leaseOfOne();
    namespace.execute("HSET", lease, "token", "of the dead");
    namespace.execute("PEXPIRE", lease, "700");

    assertThat(events.getOrLoad(1L, id -> NEW)).isEqualTo(NEW);
    assertThat(others.get(1L)).contains(NEW);
  }

  @Test
  void a_load_that_takes_long_keeps_its_lease() throws Exception {
    Cache<Long, Event> patient = slow(here);
    Cache<Long, Event> waiting = slow(there);
    Gate loading = new Gate();
    Future<Event> loader = threads.submit(() -> patient.getOrLoad(1L, id -> {
      loading.open();
      LockSupport.parkNanos(Leases.TERM.multipliedBy(3).dividedBy(2).toNanos());
      return OLD;
    }));
    loading.awaitOpen();

    assertThat(waiting.getOrLoad(1L, id -> NEW)).isEqualTo(OLD);
    assertThat(loader.get(60, TimeUnit.SECONDS)).isEqualTo(OLD);
  }

  private static Cache<Long, Event> slow(CachesFixture instance) {
    return instance
        .caches
        .cache("slow")
        .key("slow:{id}", Long.class)
        .value(Event.class)
        .leaseTime(Duration.ofMinutes(1))
        .build();
  }
}
