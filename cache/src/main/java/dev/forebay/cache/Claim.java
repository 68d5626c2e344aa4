package dev.forebay.cache;

/** The answer to a caller who wants to load an entry. */
sealed interface Claim<V> {

  /** It is there by now: read it, together with its epochs. */
  record Present<V>() implements Claim<V> {}

  /** This caller is to load it. */
  record Granted<V>(Lease lease) implements Claim<V> {}

  /** Somebody else is loading it. */
  record Busy<V>() implements Claim<V> {}

  /** Redis failed: load it, and keep it to yourself. */
  record Unavailable<V>() implements Claim<V> {}
}
