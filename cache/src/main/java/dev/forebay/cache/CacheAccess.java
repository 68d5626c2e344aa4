package dev.forebay.cache;

/**
 * Says who may administer caches; asked before each operation that takes a {@link CacheRight}. Safe
 * for concurrent use.
 */
@FunctionalInterface
public interface CacheAccess {

  /**
   * Returns whether it is permitted. What this throws reaches the caller, and nothing is done.
   *
   * @param actor who asks, as told by the supplier that was configured with the audit
   * @param cache the name of the cache
   */
  boolean permits(String actor, CacheRight right, String cache);

  /** Returns the access that permits everybody everything: the default. */
  static CacheAccess all() {
    return (actor, right, cache) -> true;
  }
}
