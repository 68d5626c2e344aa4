package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CacheStatisticsTest {

  private final CacheRecorder recorder = new CacheRecorder("events", new CacheListeners());

  @Test
  @Tag("C14")
  void everything_that_is_recorded_is_told() {
    recorder.hits(3);
    recorder.misses(1);
    recorder.loaded(load(4, false));
    recorder.loaded(load(2, true));
    recorder.read(100_000);
    recorder.found(1_000);
    recorder.sent(3_000);
    recorder.served(new Cached<>(Optional.empty(), Cached.Freshness.STALE, 0, 0));
    recorder.refreshed();
    recorder.waited();
    recorder.refused(new RefusedValueException("events", "for the test", "None."));

    CacheStatistics statistics = recorder.statistics();
    assertThat(statistics.hitRate()).isEqualTo(0.75);
    assertThat(statistics.averageLoadTime()).isEqualTo(Duration.ofMillis(3));
    assertThat(statistics.loadMicros().mean()).isEqualTo(3_000);
    assertThat(statistics.readMicros().mean()).isEqualTo(100);
    assertThat(statistics.readMicros().quantile(0.99)).isBetween(100L, 200L);
    assertThat(statistics.bytesRead().mean()).isEqualTo(1_000);
    assertThat(statistics.bytesWritten().largest()).isBetween(3_000L, 6_000L);
    assertThat(statistics.staleServed()).isEqualTo(1);
    assertThat(statistics.refreshes()).isEqualTo(1);
    assertThat(statistics.waits()).isEqualTo(1);
    assertThat(statistics.refusals()).isEqualTo(1);
    assertThat(statistics.negatives()).isEqualTo(1);
  }

  @Test
  void statistics_survive_the_way_through_redis() {
    recorder.hits(3);
    recorder.read(12_345);
    recorder.found(0);
    recorder.failed("get", new IllegalStateException("for the test"));
    CacheStatistics statistics = recorder.statistics();
    Map<String, Long> fields = new HashMap<>(statistics.toFields());
    fields.put("of_a_newer_release", 5L);

    assertThat(CacheStatistics.ofFields(fields)).isEqualTo(statistics);
    assertThat(CacheStatistics.zero().toFields()).isEmpty();
  }

  @Test
  void what_came_later_is_the_difference() {
    recorder.hits(2);
    recorder.found(10);
    CacheStatistics earlier = recorder.statistics();
    recorder.hits(1);
    recorder.found(20);
    CacheStatistics later = recorder.statistics();

    assertThat(later.minus(earlier).hits()).isEqualTo(1);
    assertThat(later.minus(earlier).bytesRead().mean()).isEqualTo(20);
    assertThat(earlier.plus(later.minus(earlier))).isEqualTo(later);
  }

  @Test
  @Tag("C14")
  void a_miss_that_a_longer_time_to_live_would_have_avoided_is_told_once() {
    AtomicLong now = new AtomicLong(1);
    RecentWrites writes = new RecentWrites(now::get);
    writes.written("event:1", 1_000, now.get());
    writes.written("event:2", 1_000, now.get());
    writes.written("event:3", 1_000, now.get());

    assertThat(writes.hasExpiredLately("event:1")).isFalse();
    now.addAndGet(1_000);
    assertThat(writes.hasExpiredLately("event:1")).isTrue();
    assertThat(writes.hasExpiredLately("event:1")).isFalse();
    assertThat(writes.hasExpiredLately("event:9")).isFalse();
    writes.deleted("event:2");
    assertThat(writes.hasExpiredLately("event:2")).isFalse();
    now.addAndGet(1_000);
    assertThat(writes.hasExpiredLately("event:3")).isFalse();
  }

  private static CacheLoad load(long millis, boolean failed) {
    return new CacheLoad("EventSource", "event:1", 1, Duration.ofMillis(millis), failed);
  }
}
