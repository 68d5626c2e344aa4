package dev.forebay.marketplace.web;

import dev.forebay.marketplace.catalog.InvalidInput;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the text of a request says. */
public final class RequestText {

  private static final int LONGEST_ID = 18; // digits that always fit a long
  private static final int SHOWN = 40;
  private static final int KEPT = 300;

  private RequestText() {}

  /** Returns the id that {@code text} writes; empty if it can be none: then nothing has it. */
  public static Optional<Long> id(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && text.length() <= LONGEST_ID
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  /**
   * Returns the id that {@code text} writes.
   *
   * @throws InvalidInput if it can be none
   */
  public static long requireId(String text) {
    return id(text)
        .orElseThrow(() -> new InvalidInput(
            "id",
            "'" + shown(text) + "' is no id. Ids are whole numbers of up to " + LONGEST_ID
                + " digits; those of items are in /api/items."));
  }

  /** Returns the whole number in {@code text}, however large; empty if it is none. */
  static Optional<BigInteger> wholeNumber(String text) {
    boolean number = text.length() <= 1000 && text.matches("[+-]?[0-9]+");
    return number ? Optional.of(new BigInteger(text)) : Optional.empty();
  }

  /** Returns {@code text} as its field shows it again: without control characters, and not endless. */
  public static String kept(String text) {
    return cut(text, KEPT, "");
  }

  /** Returns {@code text} as a message may repeat it: short, without control characters. */
  public static String shown(@Nullable Object text) {
    return cut(String.valueOf(text), SHOWN, "…");
  }

  /** Returns whether programs ask for a path: the API or the health; else it is a page. */
  static boolean isForPrograms(String path) {
    return path.equals("/api")
        || path.startsWith("/api/")
        || path.equals("/health")
        || path.startsWith("/health/");
  }

  private static String cut(String text, int longest, String rest) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "\uFFFD");
    return plain.codePointCount(0, plain.length()) <= longest
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, longest)) + rest;
  }
}
