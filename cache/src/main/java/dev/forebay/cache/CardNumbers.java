package dev.forebay.cache;

/**
 * Finds the numbers of payment cards in text: 13 to 19 digits that begin as cards of the known
 * schemes do, at their lengths, and end with the check digit of Luhn's algorithm (ISO/IEC 7812-1,
 * annex B). They stand in one piece, or in groups of 3 to 7 digits, the first of 4 at least, parted
 * by a space or a dash; before and after them is no letter, no digit and no decimal point.
 *
 * <p>The check digit alone would not do, as each tenth number has it: of ten time stamps, article
 * numbers or ids one would be taken for a card. A UUID, being in other groups, never is.
 */
final class CardNumbers {

  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;
  private static final int FIRST_GROUP = 4;
  private static final int SMALLEST_GROUP = 3;
  private static final int LARGEST_GROUP = 7;
  private static final int DIGITS_KEPT = 4;

  private CardNumbers() {}

  /** Returns whether there is a card number in the text. */
  static boolean isIn(CharSequence text) {
    return startOfNext(text, 0) >= 0;
  }

  /** Returns the text with all digits of card numbers but the last four replaced by {@code *}. */
  static String mask(CharSequence text) {
    StringBuilder masked = new StringBuilder(text);
    int start = startOfNext(text, 0);
    while (start >= 0) {
      int end = endOfCardAt(text, start);
      int seen = 0;
      for (int i = end - 1; i >= start; i--) {
        if (isDigit(text.charAt(i)) && ++seen > DIGITS_KEPT) {
          masked.setCharAt(i, '*');
        }
      }
      start = startOfNext(text, end);
    }
    return masked.toString();
  }

  /** Returns where the first card number from there on starts, or -1. */
  private static int startOfNext(CharSequence text, int from) {
    int length = text.length();
    int start = from;
    // Of two neighbours in a card number at least one is a digit, and it is 13 characters long at
    // least: if the 12th and 13th from here are no digits, it starts after them.
    while (start + SHORTEST <= length) {
      int probe = start + SHORTEST - 1;
      if (isDigit(text.charAt(probe)) || isDigit(text.charAt(probe - 1))) {
        for (int i = start; i <= probe; i++) {
          if (endOfCardAt(text, i) > 0) {
            return i;
          }
        }
      }
      start = probe + 1;
    }
    return -1;
  }

  /** Returns where the longest card number that starts there ends, or 0 if none does. */
  private static int endOfCardAt(CharSequence text, int start) {
    if (!isDigit(text.charAt(start)) || !isFree(text, start - 1, start - 2)) {
      return 0;
    }
    int digits = 0;
    int group = 0;
    int prefix = 0;
    boolean inGroups = false;
    // Luhn doubles each second digit from the right, which is known only at the end.
    int sumWithEvenDoubled = 0;
    int sumWithOddDoubled = 0;
    int end = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        int digit = c - '0';
        int doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
        boolean even = digits % 2 == 0;
        sumWithEvenDoubled += even ? doubled : digit;
        sumWithOddDoubled += even ? digit : doubled;
        prefix = digits < 4 ? 10 * prefix + digit : prefix;
        digits++;
        group++;
        if (digits > LONGEST || (inGroups && group > LARGEST_GROUP)) {
          return end;
        }
        int sum = digits % 2 == 0 ? sumWithEvenDoubled : sumWithOddDoubled;
        if (sum % 10 == 0
            && digits >= SHORTEST
            && (!inGroups || group >= SMALLEST_GROUP)
            && isFree(text, i + 1, i + 2)
            && isOfScheme(prefix, digits)) {
          end = i + 1;
        }
      } else if ((c == ' ' || c == '-')
          && group >= (inGroups ? SMALLEST_GROUP : FIRST_GROUP)
          && group <= LARGEST_GROUP) {
        inGroups = true;
        group = 0;
      } else {
        return end;
      }
    }
    return end;
  }

  /**
   * Returns whether cards begin so at that length. The ranges are those that the schemes publish,
   * rounded outwards to four digits.
   */
  private static boolean isOfScheme(int prefix, int digits) {
    return switch (prefix / 1000) {
      // Mir and Mastercard
      case 2 -> digits == 16 && prefix >= 2200 && prefix <= 2720;
      // American Express, JCB, Diners Club
      case 3 ->
        switch (prefix / 100) {
          case 34, 37 -> digits == 15;
          case 35 -> digits >= 16;
          case 30, 36, 38, 39 -> digits >= 14;
          default -> false;
        };
      // Visa
      case 4 -> digits == 13 || digits == 16 || digits == 19;
      // Mastercard has 16 digits; Maestro, Verve and others of 50 and 56 to 58 have any number
      case 5 -> digits == 16 || prefix < 5100 || (prefix >= 5600 && prefix < 5900);
      // Discover, UnionPay, Maestro, RuPay, Troy and others
      case 6 -> digits >= 16 || (prefix >= 6300 && prefix < 6400) || prefix / 100 == 67;
      // UnionPay and RuPay, Uzcard; Troy, Humo
      case 8 -> digits == 16 && (prefix == 8600 || (prefix >= 8100 && prefix < 8300));
      case 9 -> digits == 16 && (prefix == 9792 || prefix == 9860);
      default -> false;
    };
  }

  /** Returns whether a number can begin or end beside what is there. */
  private static boolean isFree(CharSequence text, int beside, int beyond) {
    if (beside < 0 || beside >= text.length()) {
      return true;
    }
    char c = text.charAt(beside);
    if (Character.isLetterOrDigit(c)) {
      return false;
    }
    return c != '.' || beyond < 0 || beyond >= text.length() || !isDigit(text.charAt(beyond));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
