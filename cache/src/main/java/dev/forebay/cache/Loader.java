package dev.forebay.cache;

/**
 * Fetches from the source, a database say, the value that a cache does not have.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <E> what the source may throw; it reaches the caller as it is
 */
@FunctionalInterface
public interface Loader<K, V, E extends Exception> {

  /**
   * Returns the value of {@code key}; never null. For "there is none" throw what the caller should
   * see, or cache an {@link java.util.Optional} by {@code JsonCodec.optionalOf}.
   */
  V load(K key) throws E;
}
