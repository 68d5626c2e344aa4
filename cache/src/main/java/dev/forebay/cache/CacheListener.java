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

  /** {@code count} entries were put or deleted, or will be once Redis is there. */
  default void onInvalidation(String cache, int count) {}

  /** An operation of a cache, or of counters, failed; its caller was served without. */
  default void onFailure(String cache, String operation, RuntimeException failure) {}
}
