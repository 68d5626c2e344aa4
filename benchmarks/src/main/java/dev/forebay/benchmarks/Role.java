package dev.forebay.benchmarks;

/** What a contestant is to us. */
public enum Role {
  /** Forebay. */
  OURS,
  /** The bare driver or library below: what could be reached if nothing else were asked. */
  FLOOR,
  /** A library that promises what ours does. */
  PEER
}
