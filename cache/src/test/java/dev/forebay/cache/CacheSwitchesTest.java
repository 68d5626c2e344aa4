package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.spi.StableHash;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class CacheSwitchesTest {

  private static final String ENTRY = "event:1";

  private final RedisNamespace namespace;

  CacheSwitchesTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("F11")
  void every_instance_follows_a_switch_and_so_does_one_that_starts_later() {
    try (Instance here = new Instance(namespace);
        Instance there = new Instance(namespace)) {
      assertThat(here.events.modeFor(ENTRY)).isEqualTo(CacheMode.on());

      assertThat(here.switches.set("events", CacheMode.off())).isTrue();
      assertThat(here.events.modeFor(ENTRY)).isEqualTo(CacheMode.off());
      there.switches.refresh();
      assertThat(there.events.modeFor(ENTRY)).isEqualTo(CacheMode.off());
      assertThat(there.switches.get("items")).isEqualTo(CacheMode.on());

      there.switches.set("events", CacheMode.shadow());
      here.switches.refresh();
      assertThat(here.switches.all())
          .containsEntry("events", CacheMode.shadow())
          .containsEntry("items", CacheMode.on());
      try (Instance later = new Instance(namespace)) {
        assertThat(later.events.modeFor(ENTRY)).isEqualTo(CacheMode.shadow());
      }
    }
  }

  @Test
  @Tag("F11")
  void a_key_that_is_in_stays_in_at_every_higher_percentage() {
    List<String> entries =
        IntStream.range(0, 10_000).mapToObj(id -> "event:" + id).toList();
    List<String> before = List.of();
    for (int percent : new int[] {0, 1, 10, 50, 100}) {
      CacheMode mode = CacheMode.percent(percent);
      List<String> in = entries.stream()
          .filter(entry -> mode.of(entry).equals(CacheMode.on()))
          .toList();
      assertThat(in).containsAll(before);
      assertThat(in.size()).isBetween(percent * 100 - 200, percent * 100 + 200);
      before = in;
    }
    assertThat(before).hasSize(10_000);
    // The same in every process and release.
    assertThat(StableHash.of("event:42")).isEqualTo(0x653EB9B635906E0CL);
  }

  @Test
  void a_mode_reads_what_it_writes_and_nothing_else() {
    List.of(CacheMode.on(), CacheMode.off(), CacheMode.shadow(), CacheMode.percent(7))
        .forEach(mode -> assertThat(CacheMode.parse(mode.text())).isEqualTo(mode));

    assertThatThrownBy(() -> CacheMode.parse("maybe"))
        .hasMessage("'maybe' is not a cache mode. Use on, off, shadow, or 0% to 100%.");
    assertThatThrownBy(() -> CacheMode.percent(101))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A percentage of keys must be from 0 to 100, was 101");
    assertThatThrownBy(() -> CacheMode.percent(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_unknown_cache_cannot_be_switched() {
    try (Instance here = new Instance(namespace)) {
      assertThatThrownBy(() -> here.switches.set("evnts", CacheMode.off()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("No cache 'evnts' to switch; there are [events, items]");
      assertThatThrownBy(() -> here.switches.get("evnts"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void what_redis_holds_in_a_form_that_is_not_understood_changes_nothing() {
    try (Instance here = new Instance(namespace)) {
      here.switches.set("events", CacheMode.off());
      for (String damaged : List.of("9999999999999999 tuesdays", "garbage", "")) {
        namespace.execute("HSET", namespace.key("#switches"), "events", damaged);
        here.switches.refresh();
        assertThat(here.switches.get("events")).isEqualTo(CacheMode.off());
      }
      assertThat(here.switches.set("events", CacheMode.on())).isTrue();
    }
  }

  @Test
  @Tag("F11")
  void while_redis_is_away_the_last_known_modes_hold_and_changes_wait(
      @OwnServer EmbeddedRedis server) {
    try (Instance here = new Instance(server);
        Instance there = new Instance(server)) {
      here.switches.set("items", CacheMode.shadow());
      there.switches.refresh();
      server.stop();
      await().until(() -> here.redis.redis.state() == ConnectionState.DISCONNECTED);

      here.switches.refresh();
      there.switches.refresh();
      assertThat(there.switches.get("items")).isEqualTo(CacheMode.shadow());
      assertThat(here.switches.set("events", CacheMode.off())).isFalse();
      assertThat(here.switches.get("events")).isEqualTo(CacheMode.off());

      // The server comes back without its data.
      server.restart();
      await().untilAsserted(() -> {
        here.switches.refresh();
        there.switches.refresh();
        assertThat(there.switches.get("events")).isEqualTo(CacheMode.off());
      });
      assertThat(there.switches.get("items")).isEqualTo(CacheMode.shadow());
      try (Instance later = new Instance(server)) {
        assertThat(later.switches.get("items")).isEqualTo(CacheMode.shadow());
        assertThat(later.switches.get("events")).isEqualTo(CacheMode.off());
      }
    }
  }

  @Test
  void a_change_made_in_an_outage_gives_way_to_a_later_one(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (Instance here = new Instance(server)) {
      here.switches.set("events", CacheMode.shadow());
      server.stop();
      await().until(() -> here.redis.redis.state() == ConnectionState.DISCONNECTED);
      here.switches.set("events", CacheMode.off());
      server.restart();
      try (Instance there = new Instance(server)) {
        there.switches.set("events", CacheMode.percent(10));
        await().until(() -> here.redis.redis.state() == ConnectionState.CONNECTED);
        here.switches.refresh();

        assertThat(here.switches.get("events")).isEqualTo(CacheMode.percent(10));
      }
    }
  }

  /** An instance with two caches to switch. */
  private static final class Instance implements AutoCloseable {

    private final CachesFixture redis;
    private final CacheSwitches switches;
    private final CacheSwitch events;

    Instance(RedisNamespace namespace) {
      this(CachesFixture.on(namespace), namespace.keyPrefix());
    }

    Instance(EmbeddedRedis server) {
      this(CachesFixture.on(server.uri(), "dev_"), "dev_");
    }

    private Instance(CachesFixture redis, String prefix) {
      this.redis = redis;
      this.switches = new CacheSwitches(redis.redis.commands(), prefix, true);
      switches.refresh();
      this.events = switches.of("events");
      switches.of("items");
    }

    @Override
    public void close() {
      redis.close();
    }
  }
}
