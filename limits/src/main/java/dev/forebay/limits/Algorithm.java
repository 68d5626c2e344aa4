package dev.forebay.limits;

/** How a limit is counted. {@code docs/guides/rate-limits.md} compares them with figures. */
public enum Algorithm {
  /**
   * Exact where that is cheap: {@link #EXACT_LOG} up to {@value #LARGEST_LOG} permits, {@link
   * #SUB_WINDOWS} above. The default.
   */
  AUTO,
  /**
   * The time of each permit is kept: never more than the limit in any window, and never less. Takes 4
   * bytes a permit; up to {@value #LARGEST_LOG} permits.
   */
  EXACT_LOG,
  /**
   * Counts per part of the window; only the oldest part is weighted. Under 1 KB, however many
   * permits.
   */
  SUB_WINDOWS,
  /**
   * Counts this window and the one before, which weighs as much as the sliding window still covers
   * of it. The smallest; fair on average, not for small limits.
   */
  SLIDING_WINDOW,
  /** Spreads permits evenly: the generic cell rate algorithm, with a burst (ITU-T I.371). */
  GCRA,
  /**
   * Counts from one full window to the next. Around the border of two windows up to twice the limit
   * may pass.
   */
  FIXED_WINDOW;

  static final int LARGEST_LOG = 128;

  /** Returns how a limit is really counted. */
  Algorithm of(Limit limit) {
    if (this != AUTO) {
      return this;
    }
    return limit.permits() <= LARGEST_LOG ? EXACT_LOG : SUB_WINDOWS;
  }

  /** Returns the letter by which scripts know it. */
  String letter() {
    return switch (this) {
      case AUTO -> throw new IllegalStateException("AUTO stands for another");
      case EXACT_LOG -> "L";
      case SUB_WINDOWS -> "S";
      case SLIDING_WINDOW -> "C";
      case GCRA -> "G";
      case FIXED_WINDOW -> "F";
    };
  }
}
