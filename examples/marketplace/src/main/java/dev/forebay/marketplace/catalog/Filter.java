package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Which items are asked for; what is absent does not matter. It is the key under which counts and figures of a search
 * are cached, so equal searches must be equal here: {@code q} is in lower case with single spaces.
 *
 * @param category slug of a category or kind
 * @param place slug of a place
 * @param q words that title or description hold, in the syntax of web searches
 * @param minPrice in credits, included
 * @param maxPrice in credits, included
 */
public record Filter(
    @Nullable String category,
    @Nullable String place,
    @Nullable Condition condition,
    @Nullable String q,
    @Nullable Integer minPrice,
    @Nullable Integer maxPrice) {

  static final String KEY = "{category}:{place}:{condition}:{q}:{minPrice}:{maxPrice}";

  public static final Filter EVERYTHING = new Filter(null, null, null, null, null, null);

  public Filter inCategory(@Nullable String slug) {
    return new Filter(slug, place, condition, q, minPrice, maxPrice);
  }

  public Filter inPlace(@Nullable String slug) {
    return new Filter(category, slug, condition, q, minPrice, maxPrice);
  }

  public Filter inCondition(@Nullable Condition other) {
    return new Filter(category, place, other, q, minPrice, maxPrice);
  }

  public Filter atAnyPrice() {
    return new Filter(category, place, condition, q, null, null);
  }
}
