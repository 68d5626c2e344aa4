package dev.forebay.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one cache in this instance. Safe for concurrent use, without locks. */
final class CacheMeters {

  private final Map<CacheCount, LongAdder> counts = new EnumMap<>(CacheCount.class);
  private final Map<CacheMeasure, Histogram> measures = new EnumMap<>(CacheMeasure.class);

  CacheMeters() {
    for (CacheCount count : CacheCount.values()) {
      counts.put(count, new LongAdder());
    }
    for (CacheMeasure measure : CacheMeasure.values()) {
      measures.put(measure, new Histogram());
    }
  }

  LongAdder of(CacheCount count) {
    return Objects.requireNonNull(counts.get(count));
  }

  Histogram of(CacheMeasure measure) {
    return Objects.requireNonNull(measures.get(measure));
  }

  CacheStatistics snapshot() {
    Map<CacheCount, Long> sums = new EnumMap<>(CacheCount.class);
    counts.forEach((count, adder) -> sums.put(count, adder.sum()));
    Map<CacheMeasure, Distribution> distributions = new EnumMap<>(CacheMeasure.class);
    measures.forEach((measure, histogram) -> distributions.put(measure, histogram.snapshot()));
    return new CacheStatistics(sums, distributions);
  }
}
