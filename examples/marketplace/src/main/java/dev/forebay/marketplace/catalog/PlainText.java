package dev.forebay.marketplace.catalog;

/** Text that PostgreSQL can store and people can read: no control characters, no half of a surrogate pair. */
public final class PlainText {

  private PlainText() {}

  /**
   * Returns {@code text} if it is plain.
   *
   * @throws InvalidInput naming the field and the first character that is not
   */
  public static String require(String field, String text) {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      boolean control = Character.isISOControl(character);
      if (control
          || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE)) {
        throw new InvalidInput(
            field,
            "The %s holds %s U+%04X at position %d. Leave it out."
                .formatted(
                    field,
                    control ? "the control character" : "half of a character,",
                    character,
                    i + 1));
      }
      i += Character.charCount(character);
    }
    return text;
  }
}
