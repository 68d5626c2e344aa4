package dev.forebay.http;

import java.time.Duration;

/** Writes values of structured fields (RFC 9651, section 4.1), and times in whole seconds. */
final class StructuredFields {

  /** The largest Integer: fifteen digits. */
  static final long LARGEST_INTEGER = 999_999_999_999_999L;

  private static final char FIRST_PRINTABLE = ' ';
  private static final char LAST_PRINTABLE = '~';

  private StructuredFields() {}

  /** Whether a String can hold the text: printable ASCII. */
  static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= FIRST_PRINTABLE && c <= LAST_PRINTABLE);
  }

  /** Returns a String. The text is {@linkplain #isPrintable printable}. */
  static String string(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * Returns a time in seconds, rounded up, so that whoever waits that long has waited long enough;
   * at least 0, at most the largest Integer.
   */
  static long seconds(Duration time) {
    if (time.isNegative()) {
      return 0;
    }
    long seconds = time.getSeconds();
    return seconds >= LARGEST_INTEGER ? LARGEST_INTEGER : seconds + (time.getNano() > 0 ? 1 : 0);
  }
}
