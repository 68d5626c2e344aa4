package dev.forebay.cache;

/**
 * The names of the Redis keys that belong to no entry. The only place that makes them.
 *
 * <pre>
 *   &lt;prefix>#switches                 hash: cache -> revision and mode
 *   &lt;prefix>#fleet:{&lt;cache>}         hash: the counts of all instances, summed
 *   &lt;prefix>#fleet-alive:{&lt;cache>}   zset: instance -> until when it counts as alive
 *   &lt;prefix>#fleet-flushes:{&lt;cache>} hash: instance -> the last flush that was added
 * </pre>
 *
 * <p>Names of entries and of caches never hold {@code #} or braces.
 *
 * @param counts of a cache, in the slot of the others
 * @param alive the instances that use it
 * @param flushes the guard against adding one flush twice
 */
record SharedKeys(String counts, String alive, String flushes) {

  /** Returns the key of all switches. */
  static String switches(String prefix) {
    return prefix + "#switches";
  }

  /** Returns the keys of the statistics of one cache, all of one slot. */
  static SharedKeys ofFleet(String prefix, String cache) {
    return new SharedKeys(
        prefix + "#fleet:{" + cache + "}",
        prefix + "#fleet-alive:{" + cache + "}",
        prefix + "#fleet-flushes:{" + cache + "}");
  }
}
