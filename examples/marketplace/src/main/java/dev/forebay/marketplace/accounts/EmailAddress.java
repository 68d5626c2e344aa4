package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.PlainText;
import java.text.Normalizer;
import java.util.Locale;

/**
 * An address that mail can be sent to.
 *
 * @param text as {@link #normal} has it, so that no address has two accounts
 */
public record EmailAddress(String text) {

  /** The most characters that a mail server has to accept, RFC 5321. */
  public static final int LONGEST = 254;

  private static final String FIELD = "email";

  /**
   * Reads an address as somebody typed it. Whether it exists only a mail can tell, so no more is refused than what can
   * be none.
   *
   * @throws InvalidInput if it can be none
   */
  public static EmailAddress parse(String typed) {
    String text = PlainText.require(FIELD, normal(typed));
    if (text.isEmpty()) {
      throw new InvalidInput(FIELD, "Enter your e-mail address.");
    }
    if (text.length() > LONGEST) {
      throw new InvalidInput(
          FIELD,
          "The address has %d characters, more than the %d of an e-mail address."
              .formatted(text.length(), LONGEST));
    }
    int at = text.indexOf('@');
    boolean sound = at > 0
        && at == text.lastIndexOf('@')
        && at < text.length() - 1
        && text.codePoints().noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    if (!sound) {
      throw new InvalidInput(FIELD, "That is no e-mail address. Write it as name@example.org.");
    }
    return new EmailAddress(text);
  }

  /** Returns the one spelling of all that are one address: composed, in lower case, without space around. */
  public static String normal(String typed) {
    return Normalizer.normalize(typed.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return text;
  }
}
