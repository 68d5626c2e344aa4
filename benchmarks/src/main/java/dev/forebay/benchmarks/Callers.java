package dev.forebay.benchmarks;

/** How many callers perform at the same time, and on which threads. */
public record Callers(int count, boolean virtual) {

  /** The first JDK with virtual threads. */
  static final int VIRTUAL_SINCE = 21;

  public Callers {
    if (count < 1) {
      throw new IllegalArgumentException("count must be >= 1, was " + count);
    }
  }

  /** Returns callers on platform threads. */
  public static Callers platform(int count) {
    return new Callers(count, false);
  }

  /** Returns callers on virtual threads; their cases are left out before JDK 21. */
  public static Callers virtual(int count) {
    return new Callers(count, true);
  }

  boolean canRunHere() {
    return !virtual || Runtime.version().feature() >= VIRTUAL_SINCE;
  }

  @Override
  public String toString() {
    return count + (virtual ? " virtual" : " platform");
  }
}
