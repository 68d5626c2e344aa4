package dev.forebay.cache;

/**
 * Decides what of a value may be stored. Safe for concurrent use; never blocks.
 *
 * @param <V> the type of the values
 */
@FunctionalInterface
interface ValueGuard<V> {

  /**
   * Returns the value to store, which is another one if something had to be left out.
   *
   * @throws RefusedValueException if it must not be stored
   */
  V admit(V value);
}
