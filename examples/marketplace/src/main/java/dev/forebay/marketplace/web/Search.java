package dev.forebay.marketplace.web;

import dev.forebay.marketplace.catalog.Categories;
import dev.forebay.marketplace.catalog.Condition;
import dev.forebay.marketplace.catalog.Filter;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.ItemChange;
import dev.forebay.marketplace.catalog.Listing;
import dev.forebay.marketplace.catalog.Places;
import dev.forebay.marketplace.catalog.PlainText;
import dev.forebay.marketplace.catalog.Sort;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What somebody looks for: a filter, an order and a page, read from the parameters of an address.
 *
 * @param words the search as it was typed
 */
public record Search(Filter filter, Sort sort, int page, String words) {

  private static final int LONGEST_QUERY = 100;

  /**
   * Reads a search. Parameters that are empty count as absent, as forms send them.
   *
   * @throws InvalidInput naming the parameter, its value and what it may be
   */
  public static Search read(Map<String, String> parameters, Categories categories, Places places) {
    Parameters given = new Parameters(parameters);
    String category = given.text("category");
    if (category != null && categories.bySlug(category).isEmpty()) {
      throw given.invalid(
          "category",
          "is not a category. Choose one of " + slugs(categories) + ", or a kind within one.");
    }
    String place = given.text("place");
    if (place != null && places.bySlug(place).isEmpty()) {
      throw given.invalid(
          "place",
          "is not a place. Write its name in lower case with hyphens, such as market-cross.");
    }
    String condition = given.text("condition");
    Optional<Condition> known = Optional.ofNullable(condition).flatMap(Condition::bySlug);
    if (condition != null && known.isEmpty()) {
      throw given.invalid(
          "condition", "is not a condition. Choose new, like-new, good, fair or for-parts.");
    }
    String order = given.text("sort");
    Sort sort = order == null
        ? Sort.NEWEST
        : Sort.bySlug(order)
            .orElseThrow(() ->
                given.invalid("sort", "is not an order. Choose newest, cheapest or dearest."));
    Integer minPrice = given.number("minPrice", 0, ItemChange.HIGHEST_PRICE);
    Integer maxPrice = given.number("maxPrice", 0, ItemChange.HIGHEST_PRICE);
    if (minPrice != null && maxPrice != null && minPrice > maxPrice) {
      throw new InvalidInput(
          "minPrice",
          "minPrice %d is above maxPrice %d, so nothing can match. Swap them."
              .formatted(minPrice, maxPrice));
    }
    Integer page = given.number("page", 1, Listing.LAST_PAGE);
    String words = words(given);
    String q = words.toLowerCase(Locale.ROOT);
    Filter filter =
        new Filter(category, place, known.orElse(null), q.isEmpty() ? null : q, minPrice, maxPrice);
    return new Search(filter, sort, page == null ? 1 : page, words);
  }

  public Listing listing() {
    return Listing.of(filter, sort, page);
  }

  /** Returns the address of another page of this search. */
  public String toPage(int number) {
    return link(filter, sort, number);
  }

  /** Returns the address of this search in another category, from its first page; in all of them for null. */
  public String toCategory(@Nullable String slug) {
    return link(filter.inCategory(slug), sort, 1);
  }

  /** Returns whether anything narrows the search. */
  public boolean narrowed() {
    return !filter.equals(Filter.EVERYTHING);
  }

  private String link(Filter to, Sort order, int number) {
    UriComponentsBuilder link = UriComponentsBuilder.fromPath("/");
    Condition condition = to.condition();
    add(link, "q", words);
    add(link, "category", to.category());
    add(link, "place", to.place());
    add(link, "condition", condition == null ? null : condition.slug());
    add(link, "minPrice", to.minPrice());
    add(link, "maxPrice", to.maxPrice());
    add(link, "sort", order == Sort.NEWEST ? null : order.slug());
    add(link, "page", number == 1 ? null : number);
    return link.encode().build().toUriString();
  }

  private static void add(UriComponentsBuilder link, String name, @Nullable Object value) {
    if (value != null && !value.equals("")) {
      link.queryParam(name, "{" + name + "}").uriVariables(Map.of(name, value));
    }
  }

  private static String words(Parameters given) {
    String words = given.text("q");
    if (words == null) {
      return "";
    }
    int length = words.codePointCount(0, words.length());
    if (length > LONGEST_QUERY) {
      throw new InvalidInput(
          "q",
          "The search has %d characters, more than %d. Use fewer words."
              .formatted(length, LONGEST_QUERY));
    }
    return PlainText.require("q", words.replaceAll("[\\s\\u00A0]+", " ").strip());
  }

  private static String slugs(Categories categories) {
    return categories.top().stream()
        .map(category -> category.slug())
        .collect(Collectors.joining(", "));
  }

  private record Parameters(Map<String, String> values) {

    @Nullable
    String text(String name) {
      String value = values.get(name);
      return value == null || value.isBlank() ? null : value.strip();
    }

    @Nullable
    Integer number(String name, int lowest, int highest) {
      String text = text(name);
      if (text == null) {
        return null;
      }
      BigInteger number = RequestText.wholeNumber(text)
          .orElseThrow(() -> invalid(
              name, "is not a whole number. Use one from " + lowest + " to " + highest + "."));
      if (number.compareTo(BigInteger.valueOf(lowest)) < 0
          || number.compareTo(BigInteger.valueOf(highest)) > 0) {
        throw invalid(
            name, "is out of range. Use a whole number from " + lowest + " to " + highest + ".");
      }
      return number.intValueExact();
    }

    InvalidInput invalid(String name, String why) {
      return new InvalidInput(name, name + " '" + RequestText.shown(text(name)) + "' " + why);
    }
  }
}
