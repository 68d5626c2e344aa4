package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts and measures of one cache, in one instance of the application or in all of them. Each is
 * exact; as they are read one after the other, their sums may be off by the operations under way.
 * Immutable.
 */
public final class CacheStatistics {

  private static final CacheStatistics ZERO = new CacheStatistics(Map.of(), Map.of());

  private final Map<CacheCount, Long> counts = new EnumMap<>(CacheCount.class);
  private final Map<CacheMeasure, Distribution> measures = new EnumMap<>(CacheMeasure.class);

  /** @param counts those that are missing are 0, and so are measures */
  CacheStatistics(Map<CacheCount, Long> counts, Map<CacheMeasure, Distribution> measures) {
    for (CacheCount count : CacheCount.values()) {
      this.counts.put(count, counts.getOrDefault(count, 0L));
    }
    for (CacheMeasure measure : CacheMeasure.values()) {
      this.measures.put(measure, measures.getOrDefault(measure, Distribution.none()));
    }
  }

  /** Returns counts that are all zero. */
  public static CacheStatistics zero() {
    return ZERO;
  }

  /** Returns the reads that found a value. */
  public long hits() {
    return get(CacheCount.HITS);
  }

  /** Returns the reads that found none, those that Redis could not answer included. */
  public long misses() {
    return get(CacheCount.MISSES);
  }

  /** Returns hits and misses together. */
  public long reads() {
    return hits() + misses();
  }

  /** Returns hits as a share of all reads, from 0 to 1; 0 before the first read. */
  public double hitRate() {
    return share(hits(), reads());
  }

  /** Returns the calls of loaders that returned, one for a batch. */
  public long loads() {
    return get(CacheCount.LOADS);
  }

  /** Returns the calls of loaders that threw. */
  public long loadFailures() {
    return get(CacheCount.LOAD_FAILURES);
  }

  /** Returns the time spent in loaders, all threads together. */
  public Duration loadTime() {
    return Duration.ofNanos(get(CacheCount.LOAD_NANOS));
  }

  /** Returns the mean time of a loader's call; zero before the first one. */
  public Duration averageLoadTime() {
    long all = loads() + loadFailures();
    return all == 0 ? Duration.ZERO : loadTime().dividedBy(all);
  }

  /** Returns the times of loaders' calls, in microseconds. */
  public Distribution loadMicros() {
    return get(CacheMeasure.LOAD_MICROS);
  }

  /** Returns the times of reads from Redis, one for a batch, in microseconds. */
  public Distribution readMicros() {
    return get(CacheMeasure.READ_MICROS);
  }

  /** Returns the sizes of the values found in Redis, as they lie there, in bytes. */
  public Distribution bytesRead() {
    return get(CacheMeasure.BYTES_READ);
  }

  /** Returns the sizes of the values sent to Redis, as they lie there, in bytes. */
  public Distribution bytesWritten() {
    return get(CacheMeasure.BYTES_WRITTEN);
  }

  /** Returns the entries written. */
  public long puts() {
    return get(CacheCount.PUTS);
  }

  /** Returns the entries that existed and were deleted. */
  public long deletions() {
    return get(CacheCount.DELETIONS);
  }

  /**
   * Returns the commands that Redis did not answer or answered with an error, the values that could
   * not be written as bytes, and the loads that took too long to be cached.
   */
  public long failures() {
    return get(CacheCount.FAILURES);
  }

  /**
   * Returns the entries that could not be read as a value; they are deleted, except those that an
   * instance with other keys or of a newer release can read.
   */
  public long corruptions() {
    return get(CacheCount.CORRUPTIONS);
  }

  /**
   * Returns the reads that were served a value past its time to live, after a failed load included;
   * of callers that shared a read, one.
   */
  public long staleServed() {
    return get(CacheCount.STALE_SERVED);
  }

  /** Returns the loads that renewed an entry while its old value was served. */
  public long refreshes() {
    return get(CacheCount.REFRESHES);
  }

  /** Returns the reads that waited for a load by another instance. */
  public long waits() {
    return get(CacheCount.WAITS);
  }

  /**
   * Returns the values that were not stored because this cache must not hold them; see {@link
   * RefusedValueException}. They are no failures.
   */
  public long refusals() {
    return get(CacheCount.REFUSALS);
  }

  /** Returns the hits whose value said that the source has none: an empty {@code Optional}. */
  public long negatives() {
    return get(CacheCount.NEGATIVES);
  }

  /**
   * Returns the misses whose entry, written by this instance, had expired within one more time to
   * live: a longer one would have made them hits. An estimate: the times of some 4,000 entries are
   * remembered, and an entry that another instance deleted, or Redis evicted, counts as expired once
   * its time is over.
   */
  public long expiredLately() {
    return get(CacheCount.EXPIRED_LATELY);
  }

  /** Returns the counts of two caches or instances together. */
  public CacheStatistics plus(CacheStatistics other) {
    return combine(other, Long::sum, Distribution::plus);
  }

  /** Returns what came after {@code earlier}, which is a part of this. */
  CacheStatistics minus(CacheStatistics earlier) {
    return combine(earlier, (mine, before) -> mine - before, Distribution::minus);
  }

  private CacheStatistics combine(
      CacheStatistics other, LongBinaryOperator ofCounts, BinaryOperator<Distribution> ofMeasures) {
    Map<CacheCount, Long> combinedCounts = new EnumMap<>(CacheCount.class);
    counts.forEach(
        (count, value) -> combinedCounts.put(count, ofCounts.applyAsLong(value, other.get(count))));
    Map<CacheMeasure, Distribution> combinedMeasures = new EnumMap<>(CacheMeasure.class);
    measures.forEach((measure, value) ->
        combinedMeasures.put(measure, ofMeasures.apply(value, other.get(measure))));
    return new CacheStatistics(combinedCounts, combinedMeasures);
  }

  /** Returns every number that is not 0, by a name that never changes; numbers can be summed. */
  Map<String, Long> toFields() {
    Map<String, Long> fields = new TreeMap<>();
    counts.forEach((count, value) -> fields.put(count.field(), value));
    measures.forEach((measure, value) -> {
      fields.put(measure.field(), value.sum());
      for (int i = 0; i < value.buckets().size(); i++) {
        fields.put(measure.field() + "." + i, value.buckets().get(i));
      }
    });
    fields.values().removeIf(value -> value == 0);
    return fields;
  }

  /** Returns what {@link #toFields} gave; fields of a newer release are passed over. */
  static CacheStatistics ofFields(Map<String, Long> fields) {
    Map<CacheCount, Long> counts = new EnumMap<>(CacheCount.class);
    for (CacheCount count : CacheCount.values()) {
      counts.put(count, fields.getOrDefault(count.field(), 0L));
    }
    Map<CacheMeasure, Distribution> measures = new EnumMap<>(CacheMeasure.class);
    for (CacheMeasure measure : CacheMeasure.values()) {
      List<Long> buckets = new ArrayList<>();
      for (int i = 0; i < Distribution.BUCKETS; i++) {
        buckets.add(fields.getOrDefault(measure.field() + "." + i, 0L));
      }
      long sum = fields.getOrDefault(measure.field(), 0L);
      measures.put(measure, new Distribution(sum, buckets));
    }
    return new CacheStatistics(counts, measures);
  }

  static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private long get(CacheCount count) {
    return counts.getOrDefault(count, 0L);
  }

  private Distribution get(CacheMeasure measure) {
    return measures.getOrDefault(measure, Distribution.none());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheStatistics that
        && counts.equals(that.counts)
        && measures.equals(that.measures);
  }

  @Override
  public int hashCode() {
    return 31 * counts.hashCode() + measures.hashCode();
  }

  /** Returns the numbers that are not 0, by name. */
  @Override
  public String toString() {
    return "CacheStatistics" + toFields();
  }
}
