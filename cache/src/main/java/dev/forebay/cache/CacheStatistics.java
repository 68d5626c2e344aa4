package dev.forebay.cache;

import java.time.Duration;

/**
 * Counts of one cache in one instance of the application. Each is exact; as they are read one after
 * the other, their sums may be off by the operations under way.
 *
 * @param hits reads that found a value
 * @param misses reads that found none, those that Redis could not answer included
 * @param loads calls of loaders that returned, one for a batch
 * @param loadFailures calls of loaders that threw
 * @param loadTime time spent in loaders, all threads together
 * @param puts entries written
 * @param deletions entries that existed and were deleted
 * @param failures commands that Redis did not answer or answered with an error, and values that
 *     could not be written as bytes
 * @param corruptions entries that could not be read as a value; they are deleted, except those that an
 *     instance with other keys or of a newer release can read
 */
public record CacheStatistics(
    long hits,
    long misses,
    long loads,
    long loadFailures,
    Duration loadTime,
    long puts,
    long deletions,
    long failures,
    long corruptions) {

  /** Returns hits as a share of all reads, from 0 to 1; 0 before the first read. */
  public double hitRate() {
    long reads = hits + misses;
    return reads == 0 ? 0 : (double) hits / reads;
  }

  /** Returns the mean time of a loader's call; zero before the first one. */
  public Duration averageLoadTime() {
    long all = loads + loadFailures;
    return all == 0 ? Duration.ZERO : loadTime.dividedBy(all);
  }

  /** Returns the counts of two caches together. */
  public CacheStatistics plus(CacheStatistics other) {
    return new CacheStatistics(
        hits + other.hits,
        misses + other.misses,
        loads + other.loads,
        loadFailures + other.loadFailures,
        loadTime.plus(other.loadTime),
        puts + other.puts,
        deletions + other.deletions,
        failures + other.failures,
        corruptions + other.corruptions);
  }

  /** Returns counts that are all zero. */
  public static CacheStatistics zero() {
    return new CacheStatistics(0, 0, 0, 0, Duration.ZERO, 0, 0, 0, 0);
  }
}
