package dev.forebay.marketplace.payments;

import dev.forebay.marketplace.catalog.InvalidInput;

/** The number of a payment card. It lives from a form to the processor, and is neither stored, logged nor shown. */
final class CardNumber {

  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;

  private final String digits;

  private CardNumber(String digits) {
    this.digits = digits;
  }

  /**
   * Reads a number, which may be parted by spaces and dashes.
   *
   * @throws InvalidInput if it can be none, without repeating it
   */
  static CardNumber parse(String text) {
    String digits = text.replaceAll("[\\s-]", "");
    if (!digits.matches("[0-9]{" + SHORTEST + "," + LONGEST + "}")) {
      throw new InvalidInput("number", "A card number has 13 to 19 digits.");
    }
    if (checkSum(digits) % 10 != 0) {
      throw new InvalidInput("number", "That is no card number: look for a digit mistyped.");
    }
    return new CardNumber(digits);
  }

  String brand() {
    return switch (digits.charAt(0)) {
      case '3' -> "American Express";
      case '4' -> "Visa";
      case '2', '5' -> "Mastercard";
      default -> "Card";
    };
  }

  String lastFour() {
    return digits.substring(digits.length() - 4);
  }

  /** Luhn's formula: every second digit from the right counts twice, its own digits summed. */
  private static int checkSum(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum;
  }

  @Override
  public String toString() {
    return "CardNumber[" + lastFour() + "]";
  }
}
