package dev.forebay.marketplace.api;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.ItemChange;
import dev.forebay.marketplace.web.RequestText;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the body of a change strictly: what is not understood is refused, not passed over. */
final class ItemChangeJson {

  private static final Set<String> FIELDS = Set.of("price", "title");

  private ItemChangeJson() {}

  static ItemChange read(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidInput(
          "body", "The body must be an object such as {\"price\": 25, \"title\": \"Oak chair\"}.");
    }
    for (String field : body.propertyNames()) {
      if (!FIELDS.contains(field)) {
        throw new InvalidInput(
            RequestText.shown(field),
            "'" + RequestText.shown(field) + "' cannot be changed; price and title can.");
      }
    }
    return new ItemChange(price(body.get("price")), title(body.get("title")));
  }

  private static @Nullable Integer price(@Nullable JsonNode price) {
    if (price == null) {
      return null;
    }
    if (!price.isIntegralNumber() || !price.canConvertToInt()) {
      throw new InvalidInput(
          "price",
          "The price must be a whole number from 0 to 1000000, was " + RequestText.shown(price)
              + ".");
    }
    return price.intValue();
  }

  private static @Nullable String title(@Nullable JsonNode title) {
    if (title == null) {
      return null;
    }
    if (!title.isString()) {
      throw new InvalidInput(
          "title", "The title must be text, was " + RequestText.shown(title) + ".");
    }
    return title.stringValue();
  }
}
