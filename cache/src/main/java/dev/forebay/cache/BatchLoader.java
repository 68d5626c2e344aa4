package dev.forebay.cache;

import java.util.Map;
import java.util.Set;

/**
 * Fetches from the source the values that a cache does not have, in one go.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <E> what the source may throw; it reaches the caller as it is
 */
@FunctionalInterface
public interface BatchLoader<K, V, E extends Exception> {

  /**
   * Returns the values of {@code keys}. A key without a value is left out; keys that were not asked
   * for are ignored.
   *
   * @param keys the keys to load, at least one; unmodifiable
   */
  Map<K, V> loadAll(Set<K> keys) throws E;
}
