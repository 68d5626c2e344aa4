package dev.forebay.benchmarks.cache;

import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What the suites ask of a cache. Safe for concurrent use, unless it says otherwise. */
interface ListingCache extends AutoCloseable {

  /** Returns what is cached, or null. */
  @Nullable
  Listing get(long id) throws Exception;

  /** Returns when Redis has the value, if the cache lets one wait for that; else see {@link #settle}. */
  void put(long id, Listing listing) throws Exception;

  /** Returns how many of these are cached, after decoding all of them. */
  default int getAll(List<Long> ids) throws Exception {
    throw new UnsupportedOperationException("getAll");
  }

  /** Returns what is cached or loaded, with all the protection that the cache has to offer. */
  default Listing getOrLoad(long id, LongFunction<Listing> loader) throws Exception {
    Listing cached = get(id);
    if (cached == null) {
      cached = loader.apply(id);
      put(id, cached);
    }
    return cached;
  }

  @Override
  void close();

  /** Waits until what was put has reached Redis. */
  default void settle() throws Exception {}
}
