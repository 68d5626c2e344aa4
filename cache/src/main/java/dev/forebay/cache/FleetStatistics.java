package dev.forebay.cache;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Statistics of all instances of the application together, as they were when each flushed last: some
 * seconds ago. What an instance had not flushed when it died is missing; nothing is counted twice.
 *
 * @param caches by name, those that the asking instance has; unmodifiable
 */
public record FleetStatistics(Map<String, OfCache> caches) {

  /** Keeps a copy of the map. */
  public FleetStatistics {
    caches = Map.copyOf(caches);
  }

  /** Returns how many instances are alive: they flushed within three times their interval. */
  public int instances() {
    return caches.values().stream().mapToInt(OfCache::instances).max().orElse(0);
  }

  /** Returns the counts of all caches together. */
  public CacheStatistics total() {
    return caches.values().stream()
        .map(OfCache::total)
        .reduce(CacheStatistics.zero(), CacheStatistics::plus);
  }

  /**
   * Returns the figures of one cache.
   *
   * @throws IllegalArgumentException if the asking instance has no such cache
   */
  public OfCache cache(String name) {
    OfCache cache = caches.get(Objects.requireNonNull(name, "name"));
    if (cache == null) {
      throw new IllegalArgumentException(
          "No cache '%s'; there are %s".formatted(name, new TreeMap<>(caches).keySet()));
    }
    return cache;
  }

  /**
   * The figures of one cache. A client here is an instance of the application.
   *
   * @param total of all instances since {@code since}, of those that are gone too
   * @param instances how many are alive
   * @param instancesEver how many there were since then; one that was away for over an hour counts
   *     again
   * @param since when the first of them flushed; sums begin anew after a week without any
   * @param readsLastMinute by all instances in the last 55 to 60 seconds
   */
  public record OfCache(
      CacheStatistics total,
      int instances,
      long instancesEver,
      Instant since,
      long readsLastMinute) {

    /** Returns the reads of the last minute per instance that is alive; 0 if none is. */
    public double readsPerInstanceLastMinute() {
      return CacheStatistics.share(readsLastMinute, instances);
    }

    /** Returns all reads per instance that ever was; 0 before the first. */
    public double readsPerInstance() {
      return CacheStatistics.share(total.reads(), instancesEver);
    }
  }
}
