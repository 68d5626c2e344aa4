package dev.forebay.cache;

/** What only those may do whom {@link CacheAccess} permits it. */
public enum CacheRight {
  /** Delete all entries of a cache. */
  CLEAR,
  /** Delete the entries that match a pattern. */
  DELETE_MATCHING,
  /** Switch a cache on or off while the application runs. */
  SWITCH
}
