package dev.forebay.cache;

/** The answer to a caller who wants to load an entry. */
sealed interface Claim<V> {

  /** Returns whether there is somebody else's load to wait for, or its value to read. */
  default boolean isOfAnother() {
    return this instanceof Busy<V> || this instanceof Present<V>;
  }

  /** It is there by now: read it, together with its epochs. */
  record Present<V>() implements Claim<V> {}

  /** This caller is to load it. */
  record Granted<V>(Lease lease) implements Claim<V> {}

  /** Somebody else is loading it. */
  record Busy<V>() implements Claim<V> {}

  /**
   * There is no lease, as the source is being changed, or Redis refuses or cannot be reached: load it,
   * and store nothing. Nothing will tell whether it was invalidated meanwhile.
   */
  record Withheld<V>() implements Claim<V> {}
}
