package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.Nullable;

/** What is to change of an item; what is absent stays. Valid by construction. */
public record ItemChange(@Nullable Integer price, @Nullable String title) {

  public static final int HIGHEST_PRICE = 1_000_000;
  public static final int SHORTEST_TITLE = 3;
  public static final int LONGEST_TITLE = 120;

  public ItemChange {
    if (price == null && title == null) {
      throw new InvalidInput(
          "body", "The change is empty. Send a price, a title or both: {\"price\": 25}.");
    }
    if (price != null && (price < 0 || price > HIGHEST_PRICE)) {
      throw new InvalidInput(
          "price", "The price must be from 0 to 1000000 credits, was " + price + ".");
    }
    if (title != null) {
      title = PlainText.require("title", title).strip();
      int length = title.codePointCount(0, title.length());
      if (length < SHORTEST_TITLE || length > LONGEST_TITLE) {
        throw new InvalidInput(
            "title", "The title must have 3 to 120 characters, had " + length + ".");
      }
    }
  }
}
