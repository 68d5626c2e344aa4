package dev.forebay.limits;

import java.time.Duration;

/**
 * So many permits in any window of time. A record that cannot be wrong.
 *
 * @param permits 1 to a billion
 * @param window 1 ms to 49 days, in whole milliseconds
 */
public record Limit(long permits, Duration window) {

  /** The most permits of a limit. */
  public static final long MOST_PERMITS = 1_000_000_000;

  /** The longest window: its milliseconds fit into 32 bits. */
  public static final Duration LONGEST_WINDOW = Duration.ofDays(49);

  /** Permits times milliseconds of the window, at most: so that scripts compute in whole numbers. */
  static final long LARGEST_PRODUCT = 1L << 51;

  /** @throws IllegalArgumentException if it is no such limit; the message says what to write */
  public Limit {
    if (permits < 1) {
      throw new IllegalArgumentException("A limit of " + permits
          + " permits would refuse everybody. Give it 1 or more, or block the subjects you mean.");
    }
    if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("The window of a limit is 1 ms to "
          + LONGEST_WINDOW.toDays() + " days, was " + window + ".");
    }
    if (window.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          "The window of a limit is whole milliseconds, was " + window + ".");
    }
    if (permits > MOST_PERMITS) {
      throw new IllegalArgumentException(
          "A limit has up to %d permits, not %d. Count in larger units, kilobytes instead of bytes say."
              .formatted(MOST_PERMITS, permits));
    }
    if (permits > LARGEST_PRODUCT / window.toMillis()) {
      throw new IllegalArgumentException(
          "%d permits in %s cannot be counted exactly: at most %d permits go with this window. Take a shorter one."
              .formatted(permits, window, LARGEST_PRODUCT / window.toMillis()));
    }
  }

  /** Returns {@code permits} in {@code window}. */
  public static Limit of(long permits, Duration window) {
    return new Limit(permits, window);
  }

  long windowMillis() {
    return window.toMillis();
  }

  @Override
  public String toString() {
    return permits + " in " + window;
  }
}
