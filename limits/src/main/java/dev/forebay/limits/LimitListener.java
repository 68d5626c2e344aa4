package dev.forebay.limits;

/**
 * Is told what is remarkable about limits. Called on a thread of the library: be quick. What a
 * listener throws is logged and changes nothing.
 */
public interface LimitListener {

  /** What is denied looks like an attack. */
  default void onSuspicion(Suspicion suspicion) {}

  /** A limiter goes by another limit from now on, in this instance. */
  default void onLimitChanged(String limiter, Limit before, Limit now) {}
}
