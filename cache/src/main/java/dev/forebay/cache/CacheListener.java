package dev.forebay.cache;

import java.time.Duration;

/**
 * Is told what caches do. Called on the thread of the operation, before it returns: be quick. What
 * a listener throws is logged and changes nothing.
 */
public interface CacheListener {

  /** {@code count} reads of the cache found a value. */
  default void onHit(String cache, int count) {}

  /** {@code count} reads of the cache found none. */
  default void onMiss(String cache, int count) {}

  /** A loader returned after {@code time}; called on the thread that ran it. */
  default void onLoad(String cache, Duration time) {}

  /**
   * Entries were overwritten or deleted by this instance, or will be once Redis is there: the source
   * has changed. Not called for entries that expire, nor for what a load caches.
   *
   * @param what which ones
   * @param count how many: those named for {@link Invalidation.ByKeys}, else those that existed; 0
   *     where that is not known
   */
  default void onInvalidation(String cache, Invalidation what, long count) {}

  /** An operation of a cache, or of counters, failed; its caller was served without. */
  default void onFailure(String cache, String operation, RuntimeException failure) {}
}
