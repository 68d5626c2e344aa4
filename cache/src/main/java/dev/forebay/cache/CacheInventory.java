package dev.forebay.cache;

/**
 * What a cache holds in Redis, estimated from a sample; see {@code Caches.inventory()}.
 *
 * @param entries how many there are
 * @param bytes the memory that they take, all that Redis keeps about them included
 * @param sampledEntries on how many {@code entries} rests: the estimate is off by some {@code 1 /
 *     sqrt(sampledEntries)} of it, and a cache with 0 may have a few
 * @param exact whether all keys were looked at, so that {@code entries} is no estimate; {@code bytes}
 *     is one wherever there are more than 100 entries
 */
public record CacheInventory(long entries, long bytes, long sampledEntries, boolean exact) {

  private static final CacheInventory NOTHING = new CacheInventory(0, 0, 0, true);

  /** Returns that a cache holds nothing. */
  public static CacheInventory nothing() {
    return NOTHING;
  }

  /** Returns the memory of one entry on average, in bytes; 0 if there are none. */
  public double averageBytes() {
    return entries == 0 ? 0 : (double) bytes / entries;
  }
}
