package dev.forebay.cache;

import java.util.Objects;

/**
 * What {@link CacheAdvice} is given on.
 *
 * @param cache its name
 * @param statistics of one instance, or of all
 * @param inventory what it holds in Redis; {@link CacheInventory#nothing()} if that is not known
 * @param hotKeys of one instance; {@link HotKeys#none()} if they are not known
 * @param compressed whether its large values are compressed
 */
public record CacheEvidence(
    String cache,
    CacheStatistics statistics,
    CacheInventory inventory,
    HotKeys hotKeys,
    boolean compressed) {

  /** Refuses null. */
  public CacheEvidence {
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(statistics, "statistics");
    Objects.requireNonNull(inventory, "inventory");
    Objects.requireNonNull(hotKeys, "hotKeys");
  }
}
