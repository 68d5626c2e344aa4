package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.SteppedClock;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class FleetLedgerTest {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final RedisNamespace namespace;
  private final SteppedClock clock = new SteppedClock();

  FleetLedgerTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("F16")
  void the_counts_of_two_instances_are_summed() {
    try (Instance here = new Instance(CachesFixture.on(namespace));
        Instance there = new Instance(CachesFixture.on(namespace))) {
      here.read(30);
      there.read(10);
      here.ledger.flush();
      there.ledger.flush();
      there.read(5);
      there.ledger.flush();

      FleetStatistics fleet = here.ledger.read();
      FleetStatistics.OfCache events = fleet.cache("events");
      assertThat(events.total())
          .isEqualTo(here.events.statistics().plus(there.events.statistics()));
      assertThat(events.total().reads()).isEqualTo(45);
      assertThat(events.instances()).isEqualTo(2);
      assertThat(events.readsLastMinute()).isEqualTo(45);
      assertThat(events.readsPerInstanceLastMinute()).isEqualTo(22.5);
      assertThat(events.readsPerInstance()).isEqualTo(22.5);
      assertThat(events.since()).isEqualTo(clock.instant());
      assertThat(fleet.instances()).isEqualTo(2);
      assertThat(fleet.total()).isEqualTo(events.total());
      assertThat(there.ledger.read()).isEqualTo(fleet);
      assertThatThrownBy(() -> fleet.cache("evnts"))
          .hasMessage("No cache 'evnts'; there are [events]");
    }
  }

  @Test
  @Tag("F16")
  void an_instance_that_dies_ages_out_and_what_it_counted_stays() {
    try (Instance here = new Instance(CachesFixture.on(namespace));
        Instance there = new Instance(CachesFixture.on(namespace))) {
      here.read(1);
      there.read(2);
      here.ledger.flush();
      there.ledger.flush();
      clock.advance(INTERVAL.multipliedBy(3));
      here.ledger.flush();

      FleetStatistics.OfCache events = here.ledger.read().cache("events");
      assertThat(events.instances()).isEqualTo(1);
      assertThat(events.instancesEver()).isEqualTo(2);
      assertThat(events.total().reads()).isEqualTo(3);
      assertThat(events.readsPerInstanceLastMinute()).isEqualTo(3);

      clock.advance(Duration.ofHours(2));
      here.read(4);
      here.ledger.flush();
      assertThat(here.ledger.read().cache("events").readsLastMinute()).isEqualTo(4);
      assertThat(namespace.execute("HLEN", namespace.key("#fleet-flushes:{events}")))
          .isEqualTo(1L);
      for (String key : new String[] {"#fleet", "#fleet-alive", "#fleet-flushes"}) {
        assertThat((Long) namespace.execute("TTL", namespace.key(key + ":{events}")))
            .isBetween(600_000L, 604_800L);
      }
    }
  }

  @Test
  void the_last_minute_is_the_last_minute() {
    try (Instance here = new Instance(CachesFixture.on(namespace))) {
      for (int i = 0; i < 40; i++) {
        here.read(10);
        here.ledger.flush();
        clock.advance(INTERVAL);
      }
      // Twelve times of 5 s, of which the present one has just begun.
      assertThat(here.ledger.read().cache("events").readsLastMinute()).isEqualTo(110);
      clock.advance(Duration.ofMinutes(1));
      assertThat(here.ledger.read().cache("events").readsLastMinute()).isZero();
    }
  }

  @Test
  @Tag("F16")
  void a_flush_whose_reply_is_lost_counts_once(@OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server)) {
      RedisSettings settings = RedisSettings.builder()
          .uri(proxy.uri())
          .commandTimeout(Duration.ofSeconds(1))
          .build();
      try (Instance here = new Instance(CachesFixture.on(settings))) {
        here.read(7);
        here.ledger.flush();
        here.read(3);
        proxy.stall(Direction.TO_CLIENT);
        here.ledger.flush();
        await()
            .untilAsserted(() ->
                assertThat(server.execute("HGET", "#fleet:{events}", "misses")).isEqualTo("10"));
        proxy.cut();
        proxy.heal();
        await().until(() -> here.redis.redis.state() == ConnectionState.CONNECTED);
        here.ledger.flush();
        assertThat(here.ledger.read().cache("events").total().reads()).isEqualTo(10);

        here.read(5);
        here.ledger.flush();
        assertThat(here.ledger.read().cache("events").total().reads()).isEqualTo(15);
      }
    }
  }

  @Test
  void what_is_counted_while_redis_is_away_is_added_when_it_is_back(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (Instance here = new Instance(CachesFixture.on(server.uri(), ""))) {
      here.read(1);
      here.ledger.flush();
      server.stop();
      await().until(() -> here.redis.redis.state() == ConnectionState.DISCONNECTED);
      here.read(2);
      here.ledger.flush();
      here.read(4);
      here.ledger.flush();
      server.restart();
      await().until(() -> here.redis.redis.state() == ConnectionState.CONNECTED);
      here.ledger.flush();
      here.ledger.flush();

      assertThat(here.ledger.read().cache("events").total().reads()).isEqualTo(7);
    }
  }

  @Test
  void after_redis_lost_its_data_sums_begin_anew(@OwnServer EmbeddedRedis server) {
    try (Instance here = new Instance(CachesFixture.on(server.uri(), ""))) {
      here.read(1);
      here.ledger.flush();
      server.execute("FLUSHALL");
      here.read(2);
      here.ledger.flush();
      here.read(4);
      here.ledger.flush();

      FleetStatistics.OfCache events = here.ledger.read().cache("events");
      assertThat(events.total().reads()).isEqualTo(4);
      assertThat(events.instances()).isEqualTo(1);
      assertThat(events.instancesEver()).isEqualTo(1);
    }
  }

  /** An instance with a cache, whose time is stepped. */
  private final class Instance implements AutoCloseable {

    private final CachesFixture redis;
    private final Cache<Long, Event> events;
    private final FleetLedger ledger;

    Instance(CachesFixture redis) {
      this.redis = redis;
      this.events = redis.events();
      this.ledger = new FleetLedger(
          redis.redis.commands(),
          redis.redis.settings().keyPrefix(),
          redis.caches::statistics,
          INTERVAL,
          () -> Long.toString(clock.millis()));
    }

    void read(int times) {
      for (long id = 0; id < times; id++) {
        events.get(id);
      }
    }

    @Override
    public void close() {
      redis.close();
    }
  }
}
