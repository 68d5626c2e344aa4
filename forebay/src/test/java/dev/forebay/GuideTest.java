package dev.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cache.Cache;
import dev.forebay.cache.TtlClass;
import dev.forebay.limits.ConcurrencyLimiter;
import dev.forebay.limits.Decision;
import dev.forebay.limits.Decisions;
import dev.forebay.limits.Penalty;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import dev.forebay.limits.WhenUnavailable;
import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The examples of {@code caches.md}, {@code rate-limits.md} and {@code testing.md} in {@code
 * docs/guides}, and of limits in {@code README.md}.
 */
@RedisTest
class GuideTest {

  record Shelf(String category, int page) {}

  record Event(long id, String title) {}

  @Test
  void what_has_a_tag_is_outdated_together(RedisNamespace redis) {
    try (Forebay forebay = connect(redis)) {
      Cache<Shelf, List<Long>> shelves = forebay
          .cache("shelves")
          .key("shelf:{category}:{page}", Shelf.class)
          .value(JsonCodec.listOf(Long.class))
          .ttl(TtlClass.MOMENT)
          .tags(shelf -> List.of("category:" + shelf.category()))
          .serveStaleFor(Duration.ofMinutes(5))
          .build();
      assertThat(shelves.getOrLoad(new Shelf("books", 1), shelf -> List.of(1L)))
          .containsExactly(1L);
      assertThat(shelves.getOrLoad(new Shelf("books", 1), shelf -> List.of(2L)))
          .containsExactly(1L);

      shelves.deleteTagged("category:books");

      assertThat(shelves.getOrLoad(new Shelf("books", 1), shelf -> List.of(2L)))
          .containsExactly(2L);
      assertThat(shelves.deleteMatching("shelf:books:*")).isEqualTo(1);
    }
  }

  @Test
  void that_there_is_none_is_a_value_with_a_time_of_its_own(RedisNamespace redis) {
    try (Forebay forebay = connect(redis)) {
      Cache<Long, Optional<Event>> events = forebay
          .cache("events")
          .key("event:{id}", Long.class)
          .value(JsonCodec.optionalOf(Event.class))
          .ttlFrom(event -> (event.isPresent() ? TtlClass.SHORT : TtlClass.MOMENT).duration())
          .build();
      assertThat(events.getOrLoad(1L, id -> Optional.empty())).isEmpty();

      assertThat(events.getOrLoad(1L, id -> Optional.of(new Event(id, "new")))).isEmpty();
      assertThat(events.ttl(1L))
          .hasValueSatisfying(
              left -> assertThat(left).isLessThanOrEqualTo(TtlClass.MOMENT.duration()));
    }
  }

  @Test
  void who_asks_too_often_is_told_when_to_come_back(RedisNamespace redis) {
    try (Forebay forebay = connect(redis)) {
      RateLimits limits = forebay.limits();
      RateLimiter reports =
          limits.limiter("reports").limit(30, Duration.ofMinutes(1)).build();
      RateLimiter videos =
          limits.limiter("videos").limit(30, Duration.ofMinutes(1)).build();
      assertThat(reports.check("user:42", 30).isAllowed()).isTrue();

      assertThat(reports.check("user:42"))
          .isInstanceOfSatisfying(
              Decision.Denied.class, denied -> assertThat(denied.retryAfter()).isPositive());
      Decisions decisions =
          limits.check(List.of(reports.charge("user:42"), videos.charge("203.0.113.7")));
      assertThat(decisions.isAllowed()).isFalse();
      assertThat(videos.peek("203.0.113.7").remaining()).isEqualTo(30);

      limits.allow("user:42");
      assertThat(reports.check("user:42").isAllowed()).isTrue();
    }
  }

  @Test
  void what_goes_on_at_the_same_time_is_a_limit_too(RedisNamespace redis) {
    try (Forebay forebay = connect(redis)) {
      ConcurrencyLimiter videos = forebay
          .limits()
          .concurrency("videos")
          .permits(2)
          .holdTime(Duration.ofMinutes(5))
          .build();
      Optional<ConcurrencyLimiter.Permit> permit = videos.tryAcquire("user:42");
      assertThat(videos.tryAcquire("user:42")).isPresent();
      assertThat(videos.tryAcquire("user:42")).isEmpty();

      permit.orElseThrow().close();

      assertThat(videos.tryAcquire("user:42")).isPresent();
    }
  }

  @Test
  void permits_are_taken_all_or_none_looked_at_and_given_back(RedisNamespace redis) {
    try (Forebay forebay = connect(redis)) {
      RateLimiter exports = forebay
          .limits()
          .limiter("exports")
          .limit(10, Duration.ofHours(1))
          .penalty(new Penalty(Duration.ofMinutes(5), Duration.ofDays(1), 5, Duration.ofHours(1)))
          .whenUnavailable(WhenUnavailable.CLOSED)
          .build();
      assertThat(exports.check("user:42", 3).remaining()).isEqualTo(7);
      assertThat(exports.peek("user:42").remaining()).isEqualTo(7);

      exports.refund("user:42", 3);
      assertThat(exports.peek("user:42").remaining()).isEqualTo(10);

      assertThat(exports.check("user:42", 11).isAllowed()).isFalse();
      exports.reset("user:42");
      assertThat(forebay.limits().find("exports")).contains(exports);
    }
  }

  private static Forebay connect(RedisNamespace redis) {
    return Forebay.connect(RedisSettings.builder()
        .uri(redis.uri())
        .keyPrefix(redis.keyPrefix())
        // A busy machine is not an outage.
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30))
        .build());
  }
}
