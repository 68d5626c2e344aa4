package dev.forebay.cache;

/** The answer to a caller who wants to load an entry. */
sealed interface Claim<V> {

  /** Returns whether to read somebody else's value, or to wait for it if there is time for that. */
  default boolean isOfAnother(boolean inTime) {
    return this instanceof Present<V> || (this instanceof Busy<V> && inTime);
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
