package dev.forebay.cache;

import java.util.OptionalLong;

/**
 * Counters in Redis, shared by every instance: one signed 64-bit integer for each key. A counter
 * begins at 0 and is forgotten when its time to live, counted from its first change, is over.
 *
 * <p>A failure of Redis never reaches the caller: the result is empty then, and a change may or may
 * not have been counted. It is never counted twice. One round trip each; safe for concurrent use.
 *
 * @param <K> the type of the keys
 */
public interface Counters<K> {

  /** Returns the name by which listeners and logs know these counters. */
  String name();

  /** Adds one, and returns the sum. */
  default OptionalLong increment(K key) {
    return add(key, 1);
  }

  /** Adds {@code amount}, which may be negative, and returns the sum; empty if it overflows. */
  OptionalLong add(K key, long amount);

  /** Returns the count; 0 for a counter that was never changed. */
  OptionalLong get(K key);

  /** Sets the counter back to 0; returns whether that is known to be done. */
  boolean reset(K key);
}
