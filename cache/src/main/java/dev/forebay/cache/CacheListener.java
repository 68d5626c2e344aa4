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

  /** A loader returned or threw; called on the thread that ran it. */
  default void onLoad(String cache, CacheLoad load) {}

  /**
   * Returns whether {@link #onOperation} is to be called. Asked before each operation: while nobody
   * wants to know its time, it is not taken.
   */
  default boolean wantsOperations() {
    return false;
  }

  /**
   * Redis answered an operation of a cache, or of counters.
   *
   * @param operation {@code get} say; searches by pattern, which take their time, are not told
   * @param time from the sending to the last reply
   */
  default void onOperation(String cache, String operation, Duration time) {}

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

  /**
   * Redis cannot be used: from now on all caches are served from their sources. Called on a thread
   * that reconnects: it must not block.
   */
  default void onFallbackEntered() {}

  /**
   * Redis can be used again. Called as {@link #onFallbackEntered} is.
   *
   * @param time since it was entered
   */
  default void onFallbackLeft(Duration time) {}
}
