package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a cache treats its entries.
 *
 * @param ttl how long an entry is fresh, unless its value or its caller says otherwise
 * @param ttlJitter the share by which times to live are shortened at random, from 0 to 0.9
 * @param ttlFrom how long an entry of a value is fresh; null where that is the same for all
 * @param staleFor how long after that it is served while one caller refreshes it
 * @param staleOnErrorFor how long after that it is served if the loader fails
 * @param earlyRefresh how eagerly entries are refreshed before they are stale; 0 for not at all
 * @param patience how long a caller with a stale value at hand waits for a load; null for its end
 * @param loadTimeout how long any caller waits for a load; null for its end
 * @param leaseTime how long a load keeps others from loading the same entry
 * @param tags of an entry, by its key
 * @param compressed whether large values are compressed
 * @param fromReplicas whether replicas are read, of which values may be outdated
 * @param maxValueBytes how large a value may be as it is stored
 * @param audited whether all writes and deletions by callers are recorded
 */
record CachePolicy<K, V>(
    Duration ttl,
    double ttlJitter,
    @Nullable Function<? super V, Duration> ttlFrom,
    Duration staleFor,
    Duration staleOnErrorFor,
    double earlyRefresh,
    @Nullable Duration patience,
    @Nullable Duration loadTimeout,
    Duration leaseTime,
    Function<? super K, ? extends Collection<String>> tags,
    boolean compressed,
    boolean fromReplicas,
    int maxValueBytes,
    boolean audited) {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Returns how long an entry of a value is fresh. */
  Duration ttlOf(V value, Duration otherwise) {
    return ttlFrom == null ? otherwise : ttlFrom.apply(value);
  }

  /**
   * Returns how long a caller waits for a load, be it its own; null for its end.
   *
   * @param stale whether the caller has a stale value at hand
   */
  @Nullable
  Duration longestWait(boolean stale) {
    return stale && patience != null ? patience : loadTimeout;
  }

  /**
   * Returns how long a caller waits for loads of others, for all of them together. Then it gives up if
   * there is a time-out of loads, and else loads for itself, which it must not while a lease may last.
   */
  Duration longestWaitForOthers() {
    if (loadTimeout != null) {
      return loadTimeout;
    }
    Duration lease = leaseTime.plus(Leases.TERM);
    return lease.compareTo(LONGEST_WAIT) > 0 ? lease : LONGEST_WAIT;
  }

  /** Returns whether who has waited so long for others loads for itself, whoever else is at it. */
  boolean loadsAnyway(long waitedNanos) {
    return loadTimeout == null && waitedNanos >= longestWaitForOthers().toNanos();
  }

  /** Returns how long an entry is kept after it became stale. */
  Duration keptStaleFor() {
    return staleFor.compareTo(staleOnErrorFor) > 0 ? staleFor : staleOnErrorFor;
  }
}
