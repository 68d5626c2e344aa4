package dev.forebay.cache;

/**
 * Writes a value to the source, a database say.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <E> what the source may throw; it reaches the caller as it is
 */
@FunctionalInterface
public interface Writer<K, V, E extends Exception> {

  /** Writes, and returns once the change is committed. */
  void write(K key, V value) throws E;
}
