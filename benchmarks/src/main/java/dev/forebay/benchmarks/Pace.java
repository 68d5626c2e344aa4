package dev.forebay.benchmarks;

/** When callers do their next operation. */
public enum Pace {
  /** As soon as their last one is done. */
  FREE,
  /** When every caller's last one is done: all of them begin each round together. */
  LOCKSTEP,
  /**
   * As soon as {@link Act#perform} returns; but that completes nothing. The contestant tells each
   * completed operation and its latency by {@link Stage#completed}, as a worker of a queue does.
   */
  BY_CONTESTANT
}
