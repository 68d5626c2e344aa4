package dev.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheAccessDeniedException;
import dev.forebay.cache.CacheAudit;
import dev.forebay.cache.CacheListener;
import dev.forebay.cache.CacheMode;
import dev.forebay.cache.CacheRight;
import dev.forebay.cache.Caches;
import dev.forebay.cache.TtlClass;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.LimitTier;
import dev.forebay.limits.RateLimiter;
import dev.forebay.redis.Availability;
import dev.forebay.redis.ConfigurationException;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class ForebayTest {

  record Event(long id, String title) {}

  @Test
  void one_line_connects_and_a_cache_works(@OwnServer EmbeddedRedis server) {
    try (Forebay forebay = Forebay.connect(server.uri())) {
      Cache<Long, Event> events = events(forebay);
      events.getOrLoad(42L, id -> new Event(id, "Fête"));

      assertThat(events.getOrLoad(42L, id -> new Event(id, "other")).title()).isEqualTo("Fête");
      assertThat(forebay.counters("views").key("views:{id}", Long.class).build().increment(42L))
          .hasValue(1);
      assertThat(forebay.caches().statistics()).containsEntry("events", events.statistics());
      assertThat(events.statistics().hits()).isEqualTo(1);
    }
  }

  @Test
  @Tag("F2")
  void the_environment_is_in_front_of_every_key(@OwnServer EmbeddedRedis server) {
    RedisSettings test = RedisSettings.fromEnvironment(
        Map.of("REDIS_URL", server.uri(), "FOREBAY_ENVIRONMENT", "test"));
    try (Forebay forebay = Forebay.connect(test)) {
      events(forebay).put(42L, new Event(42, "Fête"));
      forebay.counters("views").key("views:{id}", Long.class).build().increment(42L);
    }
    assertThat(server.execute("EXISTS", "test_event:42", "test_views:42")).isEqualTo(2L);
    assertThat(server.execute("EXISTS", "test_#epoch:events")).isEqualTo(1L);
    assertThat(server.execute("DBSIZE")).isEqualTo(3L);
  }

  @Test
  void health_tells_of_an_outage_and_of_its_end(@OwnServer EmbeddedRedis server) {
    try (Forebay forebay = Forebay.connect(server.uri())) {
      Cache<Long, Event> events = events(forebay);
      events.put(1L, new Event(1, "e"));
      events.get(1L);
      events.get(2L);

      ServiceHealth well = forebay.health().service("cache");
      assertThat(forebay.health().status()).isEqualTo(HealthStatus.HEALTHY);
      assertThat(well.connection()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(well.fallback()).isFalse();
      assertThat(well.hitRate()).isEqualTo(0.5);
      assertThat(well.server().orElseThrow().keys()).isEqualTo(2);

      server.kill();
      await().until(() -> forebay.connection() == ConnectionState.DISCONNECTED);
      ServiceHealth ill = forebay.health().service("cache");
      assertThat(ill.status()).isEqualTo(HealthStatus.DEGRADED).hasToString("degraded");
      assertThat(ill.fallback()).isTrue();
      assertThat(ill.server()).isEmpty();

      server.restart();
      await().until(() -> forebay.health().status() == HealthStatus.HEALTHY);
    }
  }

  @Test
  void a_user_who_may_not_ask_for_figures_is_healthy_without_them(@OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-@dangerous");
    try (Forebay forebay = Forebay.connect("redis://app:pw@127.0.0.1:" + server.port())) {
      Cache<Long, Event> events = events(forebay);
      events.put(1L, new Event(1, "e"));
      assertThat(events.get(1L)).isPresent();

      ServiceHealth health = forebay.health().service("cache");

      assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);
      assertThat(health.fallback()).isFalse();
      assertThat(health.server()).isEmpty();
    }
  }

  @Test
  void switched_off_is_healthy_and_without_fallback() {
    RedisSettings off = RedisSettings.builder().enabled(false).build();
    try (Forebay forebay = Forebay.connect(off)) {
      ServiceHealth health = forebay.health().service("cache");

      assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);
      assertThat(health.connection()).isEqualTo(ConnectionState.DISABLED);
      assertThat(health.fallback()).isFalse();
    }
  }

  @Test
  void a_malformed_address_fails_before_anything_is_connected() {
    assertThatThrownBy(() -> Forebay.connect("localhost"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'localhost' does not begin with redis:// or rediss://");
  }

  @Test
  void a_listener_hears_of_every_cache(@OwnServer EmbeddedRedis server) {
    AtomicInteger misses = new AtomicInteger();
    try (Forebay forebay = Forebay.connect(server.uri())) {
      forebay.caches().addListener(new CacheListener() {
        @Override
        public void onMiss(String cache, int count) {
          misses.addAndGet(count);
        }
      });
      events(forebay).get(1L);
    }
    assertThat(misses).hasValue(1);
  }

  @Test
  void what_is_about_all_caches_together_is_at_hand(@OwnServer EmbeddedRedis server) {
    try (Forebay forebay = Forebay.connect(server.uri())) {
      Caches caches = forebay.caches();
      CacheAudit unheard = operation -> {};
      caches.administer(unheard, () -> "ann", (actor, right, cache) -> right != CacheRight.CLEAR);
      Cache<Long, Event> events = events(forebay);
      events.put(1L, new Event(1, "e"));

      assertThatThrownBy(events::clear).isInstanceOf(CacheAccessDeniedException.class);
      assertThat(caches.inventory()).containsOnlyKeys("events");
      assertThat(caches.advice()).isEmpty();
      assertThat(caches.hotKeys("events").top()).isEmpty();
      assertThat(caches.switches().set("events", CacheMode.off())).isTrue();
      assertThat(events.get(1L)).isEmpty();
    }
  }

  @Test
  void after_closing_a_cache_loads_everything(@OwnServer EmbeddedRedis server) {
    Forebay forebay = Forebay.connect(server.uri());
    Cache<Long, Event> events = events(forebay);
    events.put(1L, new Event(1, "cached"));
    forebay.close();

    assertThat(events.getOrLoad(1L, id -> new Event(id, "loaded")).title()).isEqualTo("loaded");
    assertThat(forebay.health().status()).isEqualTo(HealthStatus.DOWN).hasToString("down");
  }

  @Test
  void a_required_redis_that_was_given_up_is_down(@OwnServer EmbeddedRedis server) {
    RedisSettings required = RedisSettings.builder()
        .uri(server.uri())
        .availability(Availability.REQUIRED)
        .reconnectAttempts(2)
        .connectTimeout(Duration.ofSeconds(5))
        .onGiveUp(failure -> {})
        .build();
    try (Forebay forebay = Forebay.connect(required)) {
      server.kill();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> forebay.health().status() == HealthStatus.DOWN);
      assertThat(forebay.health().service("cache").fallback()).isTrue();
    }
  }

  @Test
  @Tag("RL2")
  void limits_are_connected_when_they_are_asked_for_and_lie_in_a_database_of_their_own(
      @OwnServer EmbeddedRedis server) {
    try (Forebay forebay = Forebay.connect(server.uri())) {
      assertThat(forebay.health().services()).containsOnlyKeys("cache");

      RateLimiter login = forebay.limits().tier(LimitTier.LOGIN);
      assertThat(login.check("203.0.113.7").remaining()).isEqualTo(4);

      assertThat(forebay.limits().tier(LimitTier.LOGIN)).isSameAs(login);
      assertThat(server.execute("DBSIZE")).isEqualTo(0L);
      assertThat(forebay.health().services()).containsOnlyKeys("cache", "limits");
      assertThat(forebay.health().service("limits").status()).isEqualTo(HealthStatus.HEALTHY);

      server.kill();
      await().until(() -> forebay.health().service("limits").status() == HealthStatus.DEGRADED);
      assertThat(forebay.health().status()).isEqualTo(HealthStatus.DEGRADED);
      RateLimiter api = forebay.limits().tier(LimitTier.API_ADDRESS);
      assertThat(api.check("203.0.113.8").isAllowed()).isTrue();
      assertThat(login.check("203.0.113.8").isAllowed()).isFalse();
    }
  }

  @Test
  void after_closing_limits_go_on_without_redis(@OwnServer EmbeddedRedis server) {
    Forebay forebay = Forebay.connect(server.uri());
    RateLimiter api = forebay.limits().tier(LimitTier.API_ADDRESS);
    forebay.close();

    assertThat(api.check("203.0.113.7").isAllowed()).isTrue();
    assertThat(forebay.limits().usage().limiter("api-address").withoutRedis()).isEqualTo(1);

    Forebay unused = Forebay.connect(server.uri());
    unused.close();
    assertThatThrownBy(unused::limits)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Ask for them before close()");
  }

  private static Cache<Long, Event> events(Forebay forebay) {
    return forebay
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .ttl(TtlClass.SHORT)
        .build();
  }
}
