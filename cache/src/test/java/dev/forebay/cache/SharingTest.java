package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who shares what another caller of his instance reads or loads is told nothing from before an
 * invalidation by another instance that was answered before he asked, whatever becomes of that caller.
 */
@RedisTest
@Timeout(120)
class SharingTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CachesFixture here;
  private final CachesFixture there;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SharingTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close();
    there.close();
  }

  private static Cache<Long, Event> events(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, Event>> options) {
    return options
        .apply(instance
            .caches
            .cache("events")
            .key("event:{id}", Long.class)
            .value(Event.class)
            .ttlJitter(0))
        .build();
  }

  private static Cache<Long, Event> events(CachesFixture instance) {
    return events(instance, cache -> cache);
  }

  private List<Event> askedBefore(Runnable release, Cache<Long, Event> cache) throws Exception {
    return Sharers.askBefore(release, cache, NEW, threads);
  }

  @Test
  void who_shares_a_load_whose_caller_is_interrupted_is_not_told_its_value() throws Exception {
    Cache<Long, Event> events = events(here);
    SlowLoad<Event> slow = SlowLoad.begin(hold -> events.getOrLoad(1L, id -> {
      holdUntilInterrupted(hold);
      return OLD;
    }));
    events(there).delete(1L);

    assertThat(askedBefore(slow::interrupt, events)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
  }

  @Test
  void nor_if_that_caller_was_interrupted_before_he_asked() throws Exception {
    Cache<Long, Event> events = events(here);
    SlowLoad<Event> slow = SlowLoad.begin(hold -> {
      Thread.currentThread().interrupt();
      return events.getOrLoad(1L, id -> {
        assertThat(Thread.interrupted()).isTrue();
        hold.run();
        return OLD;
      });
    });
    events(there).delete(1L);

    assertThat(askedBefore(slow::release, events)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
  }

  @Test
  void nor_is_he_told_its_failure() throws Exception {
    Cache<Long, Event> events = events(here);
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
    events(there).delete(1L);

    assertThat(askedBefore(slow::interrupt, events)).containsExactly(NEW, NEW);
    assertThatThrownBy(slow::result).hasRootCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void nor_the_expired_value_that_its_caller_is_served() throws Exception {
    UnaryOperator<CacheBuilder<Long, Event>> options =
        cache -> cache.ttl(Duration.ofMillis(1)).serveStaleOnErrorFor(LONG).loadTimeout(LONG, LONG);
    Cache<Long, Event> events = events(here, options);
    Cache<Long, Event> others = events(there, options);
    others.put(1L, OLD);
    await().until(() -> events.get(1L).isEmpty());
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
    others.delete(1L);

    assertThat(askedBefore(slow::interrupt, events)).containsExactly(NEW, NEW);
    assertThat(slow.result()).isEqualTo(OLD);
    slow.release();
  }

  /** Returns when the thread is interrupted, which it stays. */
  private static void holdUntilInterrupted(Runnable hold) {
    try {
      hold.run();
    } catch (IllegalStateException e) {
      assertThat(e).hasCauseInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void the_load_of_a_caller_who_is_interrupted_goes_on_for_the_others() throws Exception {
    Cache<Long, Event> events = events(here, cache -> cache.loadTimeout(LONG, LONG));
    SlowLoad<Event> slow = SlowLoad.begin(events, OLD);

    List<Event> served = askedBefore(
        () -> {
          slow.interrupt();
          assertThatThrownBy(slow::result)
              .hasCauseInstanceOf(LoadTimeoutException.class)
              .hasRootCauseInstanceOf(InterruptedException.class)
              .hasMessageContainingAll("was interrupted while it waited for", "event:1'");
          slow.release();
        },
        events);

    assertThat(served).containsExactly(OLD, OLD);
  }

  @Test
  void a_load_that_began_without_redis_is_not_shared_by_who_asks_when_it_is_back(
      @OwnServer EmbeddedRedis server) throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture cutOff = impatient(proxy);
        CachesFixture connected = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = events(cutOff);
      proxy.refuse();
      proxy.cut();
      awaitState(cutOff, ConnectionState.DISCONNECTED);
      SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
      proxy.heal();
      awaitState(cutOff, ConnectionState.CONNECTED);
      events(connected).delete(1L);

      assertThat(askedBefore(slow::release, events)).containsExactly(NEW, NEW);
      assertThat(slow.result()).isEqualTo(OLD);
    }
  }

  @Test
  void a_load_is_not_shared_if_redis_goes_away_before_it_can_tell(@OwnServer EmbeddedRedis server)
      throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture cutOff = impatient(proxy);
        CachesFixture connected = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = events(cutOff);
      SlowLoad<Event> slow = SlowLoad.begin(events, OLD);
      events(connected).delete(1L);

      List<Event> served = askedBefore(
          () -> {
            proxy.refuse();
            proxy.cut();
            awaitState(cutOff, ConnectionState.DISCONNECTED);
            slow.release();
          },
          events);

      assertThat(served).containsExactly(NEW, NEW);
      assertThat(slow.result()).isEqualTo(OLD);
    }
  }

  @Test
  @Tag("F6")
  void without_redis_all_who_ask_while_an_entry_is_loaded_share_that(
      @OwnServer EmbeddedRedis server) throws Exception {
    try (CachesFixture cutOff = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = events(cutOff);
      server.stop();
      awaitState(cutOff, ConnectionState.DISCONNECTED);
      SlowLoad<Event> slow = SlowLoad.begin(events, OLD);

      assertThat(askedBefore(slow::release, events)).containsExactly(OLD, OLD);
      assertThat(slow.result()).isEqualTo(OLD);
    }
  }

  @Test
  void a_hit_is_not_shared_while_listeners_are_told_of_it() throws Exception {
    Cache<Long, Event> events = events(here, cache -> cache.leaseTime(LONG));
    Gate told = new Gate();
    Gate listen = new Gate();
    AtomicBoolean first = new AtomicBoolean(true);
    here.caches.addListener(new CacheListener() {
      @Override
      public void onHit(String cache, int count) {
        if (first.compareAndSet(true, false)) {
          told.open();
          listen.awaitOpen();
        }
      }
    });
    events.put(1L, OLD);
    Future<Event> before = threads.submit(() -> events.getOrLoad(1L, id -> NEW));
    told.awaitOpen();
    events(there).delete(1L);

    Future<Event> after = threads.submit(() -> events.getOrLoad(1L, id -> NEW));

    assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(NEW);
    listen.open();
    assertThat(before.get(60, TimeUnit.SECONDS)).isEqualTo(OLD);
  }

  @Test
  void nor_while_the_rest_of_its_batch_is_decoded() throws Exception {
    Event two = new Event(2, "two");
    Gate decoding = new Gate();
    Gate decode = new Gate();
    AtomicBoolean slow = new AtomicBoolean();
    Cache<Long, Event> events = events(
        here,
        cache -> cache.leaseTime(LONG).validate(event -> {
          if (event.equals(two) && slow.compareAndSet(true, false)) {
            decoding.open();
            decode.awaitOpen();
          }
          return true;
        }));
    events.put(1L, OLD);
    events.put(2L, two);
    slow.set(true);
    Future<Map<Long, Event>> before =
        threads.submit(() -> events.getAllOrLoad(List.of(1L, 2L), ids -> Map.of()));
    decoding.awaitOpen();
    events(there).delete(1L);

    Future<Event> after = threads.submit(() -> events.getOrLoad(1L, id -> NEW));

    assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(NEW);
    decode.open();
    assertThat(before.get(60, TimeUnit.SECONDS))
        .containsOnly(Map.entry(1L, OLD), Map.entry(2L, two));
  }

  @Test
  void the_load_of_an_entry_that_was_found_expired_is_shared() throws Exception {
    Cache<Long, Event> events =
        events(here, cache -> cache.ttl(Duration.ofMillis(1)).serveStaleOnErrorFor(LONG));
    events.put(1L, OLD);
    await().until(() -> events.get(1L).isEmpty());
    events.setTtl(LONG);
    Event loaded = new Event(1, "loaded");
    SlowLoad<Event> slow = SlowLoad.begin(events, loaded);

    assertThat(askedBefore(slow::release, events)).containsExactly(loaded, loaded);
    assertThat(slow.result()).isEqualTo(loaded);
    assertThat(events.statistics().waits()).isZero();
  }

  private static CachesFixture impatient(FaultProxy proxy) {
    return CachesFixture.on(RedisSettings.builder()
        .uri(proxy.uri())
        .connectTimeout(Duration.ofSeconds(5))
        .commandTimeout(Duration.ofSeconds(5))
        .build());
  }

  private static void awaitState(CachesFixture instance, ConnectionState state) {
    await().atMost(Duration.ofSeconds(30)).until(() -> instance.redis.state() == state);
  }
}
