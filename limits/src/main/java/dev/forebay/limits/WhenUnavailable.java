package dev.forebay.limits;

/** What a limit answers while Redis cannot be asked. */
public enum WhenUnavailable {
  /** Everything is allowed: for limits that only spread load. */
  OPEN,
  /**
   * This instance counts for itself, against its share of the limit: the limit divided by the number
   * of instances that were alive when Redis was last heard of. One that was started while Redis is
   * away knows of no others, and counts against the whole limit. Penalties hold, too. What Redis has
   * counted comes on top: in no window does an instance admit more than twice its share so. The
   * default.
   */
  LOCAL,
  /**
   * Everything is denied: for what must never be tried without counting. {@link LimitTier}s for signing
   * in, resetting passwords and payments do so. Where Redis is switched off by configuration, it is as
   * {@link #LOCAL}: this process counts all there is then.
   */
  CLOSED
}
