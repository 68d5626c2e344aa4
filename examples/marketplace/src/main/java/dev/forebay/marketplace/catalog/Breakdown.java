package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.Nullable;

/** What a search finds, counted by a facet: the key under which those counts are cached. */
public record Breakdown(
    Facet facet,
    @Nullable String category,
    @Nullable String place,
    @Nullable Condition condition,
    @Nullable String q,
    @Nullable Integer minPrice,
    @Nullable Integer maxPrice) {

  static final String KEY = "{facet}:" + Filter.KEY;

  /** Returns the breakdown of a search without its own restriction: other values shall show what they would give. */
  static Breakdown of(Facet facet, Filter search) {
    Filter filter = facet.widen(search);
    return new Breakdown(
        facet,
        filter.category(),
        filter.place(),
        filter.condition(),
        filter.q(),
        filter.minPrice(),
        filter.maxPrice());
  }

  Filter filter() {
    return new Filter(category, place, condition, q, minPrice, maxPrice);
  }
}
