package dev.forebay.marketplace.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tags of searches, by which a changed item outdates those that could show it and leaves the others alone. A tag
 * says where a search looks, in a category and a place, and what it depends on there.
 */
final class SearchTags {

  private static final String ANY = "*"; // no slug

  /** What a search depends on. */
  enum Cause {
    /** Which items are on offer: every search does. */
    OFFER,
    /** What they cost: what is sorted or bounded by price, and figures of prices. */
    PRICE,
    /** What they are called: what is searched by words. */
    WORDS
  }

  private SearchTags() {}

  /**
   * Returns the tags of what a search finds.
   *
   * @param byPrice whether prices matter even if the search does not bound them
   */
  static List<String> of(Filter search, boolean byPrice) {
    List<String> tags = new ArrayList<>(3);
    tags.add(tag(Cause.OFFER, search.category(), search.place()));
    if (byPrice || search.minPrice() != null || search.maxPrice() != null) {
      tags.add(tag(Cause.PRICE, search.category(), search.place()));
    }
    if (search.q() != null) {
      tags.add(tag(Cause.WORDS, search.category(), search.place()));
    }
    return tags;
  }

  /** Returns the tags of searches that could show an item: in its kind, its category or all, in its place or all. */
  static Set<String> showing(ItemCard item, Cause cause, Categories categories, Places places) {
    Category kind = categories.byId(item.categoryId());
    String place = places.byId(item.placeId()).slug();
    Set<String> tags = new LinkedHashSet<>();
    for (String category : Arrays.asList(kind.slug(), categories.topOf(kind).slug(), null)) {
      tags.add(tag(cause, category, place));
      tags.add(tag(cause, category, null));
    }
    return tags;
  }

  private static String tag(Cause cause, @Nullable String category, @Nullable String place) {
    return cause.name()
        + ' '
        + (category == null ? ANY : category)
        + ' '
        + (place == null ? ANY : place);
  }
}
