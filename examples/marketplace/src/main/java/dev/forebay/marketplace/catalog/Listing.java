package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One page of a search: the key under which its item ids are cached.
 *
 * @param page from 1 to {@value #LAST_PAGE}
 */
public record Listing(
    @Nullable String category,
    @Nullable String place,
    @Nullable Condition condition,
    @Nullable String q,
    @Nullable Integer minPrice,
    @Nullable Integer maxPrice,
    Sort sort,
    int page) {

  static final String KEY = Filter.KEY + ":{sort}:{page}";

  public static final int PAGE_SIZE = 24;
  public static final int LAST_PAGE = 10_000;

  public static Listing of(Filter filter, Sort sort, int page) {
    return new Listing(
        filter.category(),
        filter.place(),
        filter.condition(),
        filter.q(),
        filter.minPrice(),
        filter.maxPrice(),
        sort,
        page);
  }

  public Filter filter() {
    return new Filter(category, place, condition, q, minPrice, maxPrice);
  }
}
