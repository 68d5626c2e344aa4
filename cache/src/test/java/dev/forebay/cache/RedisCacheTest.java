package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.Codec;
import dev.forebay.redis.JsonCodec;
import dev.forebay.testing.CommandCalls;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class RedisCacheTest {

  private static final Event FETE = new Event(1, "Fête");
  private static final Event FAIR = new Event(2, "Fair");

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> events;

  RedisCacheTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    this.events = instance.events();
  }

  @Test
  @Tag("C1")
  void what_is_put_can_be_got_until_it_is_deleted() {
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.exists(1L)).isFalse();

    events.put(1L, FETE);
    assertThat(events.get(1L)).contains(FETE);
    assertThat(events.exists(1L)).isTrue();

    assertThat(events.delete(1L)).isTrue();
    assertThat(events.delete(1L)).isFalse();
    assertThat(events.get(1L)).isEmpty();
  }

  @Test
  void another_instance_reads_what_one_wrote() {
    try (CachesFixture other = CachesFixture.on(namespace)) {
      events.put(1L, FETE);

      assertThat(other.events().get(1L)).contains(FETE);
    }
  }

  @Test
  @Tag("C1")
  void an_entry_tells_and_changes_the_time_it_has_left() {
    events.put(1L, FETE, Duration.ofMinutes(10));

    assertThat(events.ttl(1L).orElseThrow())
        .isBetween(Duration.ofMinutes(8), Duration.ofMinutes(10));
    assertThat(events.expire(1L, Duration.ofSeconds(5))).isTrue();
    assertThat(events.ttl(1L).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(5));
    assertThat(events.ttl(2L)).isEmpty();
    assertThat(events.expire(2L, Duration.ofSeconds(5))).isFalse();
  }

  @Test
  void an_entry_is_gone_when_its_time_is_over() {
    events.put(1L, FETE);
    events.expire(1L, Duration.ofMillis(20));

    await().untilAsserted(() -> assertThat(events.get(1L)).isEmpty());
  }

  @Test
  void times_to_live_are_spread_and_never_longer_than_asked() {
    Map<Long, Event> many = new LinkedHashMap<>();
    LongStream.range(0, 200).forEach(id -> many.put(id, new Event(id, "e")));
    events.putAll(many);

    List<Duration> left =
        many.keySet().stream().map(id -> events.ttl(id).orElseThrow()).sorted().toList();

    Duration ttl = TtlClass.SHORT.duration();
    assertThat(left.get(left.size() - 1)).isLessThanOrEqualTo(ttl);
    assertThat(left.get(0)).isGreaterThan(ttl.multipliedBy(8).dividedBy(10));
    assertThat(left.get(left.size() - 1).minus(left.get(0))).isGreaterThan(Duration.ofSeconds(5));
  }

  @Test
  @Tag("C2")
  void a_missing_value_is_loaded_once_and_then_read() {
    AtomicInteger loads = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      Event event = events.getOrLoad(1L, id -> {
        loads.incrementAndGet();
        return FETE;
      });
      assertThat(event).isEqualTo(FETE);
    }

    assertThat(loads).hasValue(1);
    assertThat(events.ttl(1L)).isPresent();
  }

  @Test
  void a_load_can_have_a_time_to_live_of_its_own() {
    events.getOrLoad(1L, id -> FETE, Duration.ofSeconds(3));

    assertThat(events.ttl(1L).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  @Tag("C2")
  void the_failure_of_a_loader_reaches_the_caller_as_it_is() {
    IOException failure = new IOException("database is down");

    assertThatThrownBy(() -> events.getOrLoad(1L, id -> {
          throw failure;
        }))
        .isSameAs(failure);
    assertThat(events.exists(1L)).isFalse();
    assertThat(events.getOrLoad(1L, id -> FETE)).isEqualTo(FETE);
    assertThat(events.statistics().loadFailures()).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_loader_that_returns_null_is_told_what_to_do() {
    assertThatThrownBy(() -> events.getOrLoad(1L, id -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("loader of cache 'events' returned null")
        .hasMessageContaining("event:1");
  }

  @Test
  void a_batch_loads_only_what_is_missing_and_keeps_the_order() {
    events.put(2L, FAIR);
    List<Long> asked = new ArrayList<>();

    Map<Long, Event> found = events.getAllOrLoad(List.of(3L, 2L, 1L, 3L), missing -> {
      asked.addAll(missing);
      return Map.of(1L, FETE);
    });

    assertThat(asked).containsExactly(3L, 1L);
    assertThat(found).containsExactly(Map.entry(2L, FAIR), Map.entry(1L, FETE));
    assertThat(events.get(1L)).contains(FETE);
    assertThat(events.exists(3L)).isFalse();
  }

  @Test
  void an_empty_batch_asks_nobody() {
    assertThat(events.getAll(List.of())).isEmpty();
    assertThat(events.getAllOrLoad(List.of(), missing -> {
          throw new AssertionError("asked for " + missing);
        }))
        .isEmpty();
    assertThat(events.deleteAll(List.of())).isZero();
    events.putAll(Map.of());
  }

  @Test
  @Tag("C1")
  void a_batch_of_any_size_is_got_put_and_deleted() {
    Map<Long, Event> many = new LinkedHashMap<>();
    LongStream.range(0, 1_234).forEach(id -> many.put(id, new Event(id, "event " + id)));

    events.putAll(many);
    assertThat(events.getAll(many.keySet())).isEqualTo(many);
    assertThat(events.deleteAll(many.keySet())).isEqualTo(1_234);
    assertThat(events.getAll(many.keySet())).isEmpty();
  }

  @Test
  @Tag("C1")
  void a_batch_is_one_round_trip(@OwnServer EmbeddedRedis server) {
    try (CachesFixture own = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> cache = own.events();
      Map<Long, Event> many = new LinkedHashMap<>();
      LongStream.range(0, 300).forEach(id -> many.put(id, new Event(id, "e")));
      cache.put(1L, FETE);
      server.execute("CONFIG", "RESETSTAT");

      cache.putAll(many);
      assertThat(CommandCalls.of(server, "set")).isEqualTo(300);
      // The epoch, then all entries sent together; commands of a script are counted too.
      assertThat(CommandCalls.of(server, "mget")).isEqualTo(1);
      assertThat(CommandCalls.of(server, "eval", "evalsha")).isLessThan(100);

      assertThat(cache.getAll(many.keySet())).hasSize(300);
      assertThat(CommandCalls.of(server, "mget")).isEqualTo(2);

      server.execute("CONFIG", "RESETSTAT");
      assertThat(cache.deleteAll(many.keySet())).isEqualTo(300);
      assertThat(CommandCalls.of(server, "eval", "evalsha")).isLessThan(100);

      server.execute("CONFIG", "RESETSTAT");
      assertThat(cache.getAllOrLoad(many.keySet(), missing -> many)).hasSize(300);
      assertThat(CommandCalls.of(server, "mget")).isEqualTo(1);
      assertThat(CommandCalls.of(server, "set")).isEqualTo(300);
      assertThat(CommandCalls.of(server, "eval", "evalsha")).isLessThan(100);
    }
  }

  @Test
  @Tag("F6")
  void an_entry_that_is_no_value_is_a_miss_and_deleted() {
    namespace.execute("SET", namespace.key("event:1"), "{not json");

    assertThat(events.get(1L)).isEmpty();
    assertThat(events.exists(1L)).isFalse();
    assertThat(events.getOrLoad(1L, id -> FETE)).isEqualTo(FETE);
    assertThat(events.statistics().corruptions()).isEqualTo(1);
    assertThat(events.get(1L)).contains(FETE);
  }

  @Test
  @Tag("F6")
  void an_entry_of_another_redis_type_costs_the_caller_nothing() {
    namespace.execute("LPUSH", namespace.key("event:1"), "x");

    assertThat(events.getOrLoad(1L, id -> FETE)).isEqualTo(FETE);
    // SET replaces whatever type there is.
    assertThat(events.get(1L)).contains(FETE);
  }

  @Test
  void a_value_that_cannot_be_written_is_returned_and_replaces_nothing_stale() {
    Cache<Long, Object[]> knots = instance
        .caches
        .cache("knots")
        .key("knot:{id}", Long.class)
        .value(Object[].class)
        .build();
    Object[] knot = new Object[1];
    knots.put(1L, knot);
    knot[0] = knot;

    assertThat(knots.getOrLoad(2L, id -> knot)).isSameAs(knot);
    knots.put(1L, knot);

    assertThat(knots.exists(1L)).isFalse();
    assertThat(knots.exists(2L)).isFalse();
    assertThat(knots.statistics().failures()).isEqualTo(2);
  }

  @Test
  void a_codec_may_throw_whatever_it_likes() {
    Codec<Integer> careless = new Codec<>() {
      @Override
      public int id() {
        return 64;
      }

      @Override
      public byte[] encode(Integer value) {
        if (value < 0) {
          throw new IllegalStateException("cannot write " + value);
        }
        return value.toString().getBytes(UTF_8);
      }

      @Override
      public Integer decode(byte[] bytes) {
        return Integer.valueOf(new String(bytes, UTF_8));
      }
    };
    Cache<Long, Integer> counts = instance
        .caches
        .cache("counts")
        .key("count:{id}", Long.class)
        .value(careless)
        .build();
    namespace.execute("SET", namespace.key("count:1"), "not a number");
    counts.put(2L, 2);

    assertThat(counts.getOrLoad(1L, id -> 1)).isEqualTo(1);
    counts.put(2L, -2);

    assertThat(counts.get(1L)).contains(1);
    assertThat(counts.get(2L)).isEmpty();
  }

  @Test
  @Tag("C14")
  void each_cache_counts_what_it_does() {
    events.get(1L);
    events.getOrLoad(1L, id -> FETE);
    events.get(1L);
    events.getAll(List.of(1L, 2L, 3L));
    events.put(2L, FAIR);
    events.deleteAll(List.of(1L, 2L, 3L));

    CacheStatistics statistics = events.statistics();
    assertThat(statistics.hits()).isEqualTo(2);
    assertThat(statistics.misses()).isEqualTo(4);
    assertThat(statistics.hitRate()).isEqualTo(2.0 / 6);
    assertThat(statistics.loads()).isEqualTo(1);
    assertThat(statistics.averageLoadTime()).isPositive();
    assertThat(statistics.puts()).isEqualTo(2);
    assertThat(statistics.deletions()).isEqualTo(2);
    assertThat(statistics.failures()).isZero();
  }

  @Test
  void a_listener_is_told_and_its_failures_change_nothing() {
    List<String> told = new ArrayList<>();
    instance.caches.addListener(new CacheListener() {
      @Override
      public void onHit(String cache, int count) {
        throw new IllegalStateException("a listener's own bug");
      }
    });
    instance.caches.addListener(new CacheListener() {
      @Override
      public void onHit(String cache, int count) {
        told.add("hit " + count);
      }

      @Override
      public void onMiss(String cache, int count) {
        told.add("miss " + count);
      }

      @Override
      public void onLoad(String cache, CacheLoad load) {
        told.add("load");
      }

      @Override
      public void onInvalidation(String cache, Invalidation what, long count) {
        told.add("invalidation " + count);
      }
    });

    events.getOrLoad(1L, id -> FETE);
    events.getAll(List.of(1L, 2L));
    events.delete(1L);

    assertThat(told).containsExactly("miss 1", "load", "hit 1", "miss 1", "invalidation 1");
  }

  @Test
  @Tag("C8")
  void keys_are_typed_and_each_key_space_is_its_own() {
    Cache<Long, String> profiles = instance
        .caches
        .cache("profiles")
        .key("user:{id}:profile", Long.class)
        .value(String.class)
        .ttl(TtlClass.DAY)
        .build();
    Cache<EventPage, List<Event>> pages = instance
        .caches
        .cache("pages")
        .key("events:{place}:{page}", EventPage.class)
        .value(JsonCodec.listOf(Event.class))
        .ttl(TtlClass.MOMENT)
        .build();

    profiles.put(7L, "ann");
    pages.put(new EventPage("Ulm", 1), List.of(FETE, FAIR));
    pages.put(new EventPage("Ulm:1", 1), List.of());

    assertThat(namespace.execute("EXISTS", namespace.key("user:7:profile"))).isEqualTo(1L);
    assertThat(namespace.execute("EXISTS", namespace.key("events:Ulm:1"))).isEqualTo(1L);
    assertThat(pages.get(new EventPage("Ulm", 1))).contains(List.of(FETE, FAIR));
    assertThat(pages.get(new EventPage("Ulm:1", 1))).contains(List.of());
    assertThat(profiles.ttl(7L).orElseThrow()).isGreaterThan(Duration.ofHours(21));
    assertThat(pages.ttl(new EventPage("Ulm", 1)).orElseThrow())
        .isLessThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @Tag("C3")
  void entries_are_found_and_deleted_by_pattern_and_counted() {
    Cache<EventPage, String> pages = instance
        .caches
        .cache("pages")
        .key("page:{place}:{page}", EventPage.class)
        .value(String.class)
        .build();
    Map<EventPage, String> all = new LinkedHashMap<>();
    for (int page = 0; page < 1_500; page++) {
      all.put(new EventPage("Ulm", page), "u");
    }
    all.put(new EventPage("Ulm*", 1), "a star in a key is no pattern");
    all.put(new EventPage("Bonn", 1), "b");
    pages.putAll(all);
    namespace.execute("SET", namespace.key("pagers:Ulm:1"), "of somebody else");
    List<Long> progress = new ArrayList<>();

    assertThat(pages.findMatching("page:Ulm:*", 10_000)).hasSize(1_500).contains("page:Ulm:7");
    assertThat(pages.findMatching("page:*", 3)).hasSize(3);
    assertThat(pages.deleteMatching("page:Ulm:*", progress::add)).isEqualTo(1_500);

    assertThat(progress).hasSizeGreaterThan(1).isSorted().endsWith(1_500L);
    assertThat(pages.get(new EventPage("Ulm*", 1))).isPresent();
    assertThat(pages.deleteMatching("page:*")).isEqualTo(2);
    assertThat(namespace.execute("EXISTS", namespace.key("pagers:Ulm:1"))).isEqualTo(1L);
  }

  @Test
  void a_pattern_that_could_match_other_caches_is_refused() {
    for (String pattern : List.of("*", "", "event", "e?ent:*", "{event}:1")) {
      assertThatThrownBy(() -> events.deleteMatching(pattern))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Begin it with 'event:'");
      assertThatThrownBy(() -> events.findMatching(pattern, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  record EventPage(String place, int page) {}
}
