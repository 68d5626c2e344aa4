package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Categories;
import dev.forebay.marketplace.catalog.Category;
import dev.forebay.marketplace.catalog.Condition;
import dev.forebay.marketplace.catalog.Place;
import dev.forebay.marketplace.catalog.Places;
import dev.forebay.marketplace.catalog.PriceFigures;
import dev.forebay.marketplace.catalog.Sort;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Standing;
import dev.forebay.marketplace.storefront.Offer;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.web.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the browse page shows. */
public record BrowsePage(
    Search search,
    List<Offer> offers,
    long total,
    long pages,
    Categories categories,
    Places places,
    Map<String, Long> byCategory,
    Map<String, Long> byPlace,
    Map<String, Long> byCondition,
    PriceFigures prices,
    List<Trade> trades,
    List<Standing> leaders,
    Map<Long, Person> people) {

  /** Returns the category or kind that is looked at; null for all of them. */
  public @Nullable Category chosen() {
    String slug = search.filter().category();
    return slug == null ? null : categories.bySlug(slug).orElse(null);
  }

  /** Returns whether {@code category} is looked at, itself or a kind within it. */
  public boolean within(Category category) {
    Category chosen = chosen();
    return chosen != null && categories.topOf(chosen).equals(category);
  }

  public long count(Category category) {
    return category.parentId() != null
        ? byCategory.getOrDefault(Integer.toString(category.id()), 0L)
        : categories.kindsOf(category).stream().mapToLong(this::count).sum();
  }

  public long count(Place place) {
    return byPlace.getOrDefault(Integer.toString(place.id()), 0L);
  }

  public long count(Condition condition) {
    return byCondition.getOrDefault(condition.slug(), 0L);
  }

  public Condition[] conditions() {
    return Condition.values();
  }

  public Sort[] sorts() {
    return Sort.values();
  }

  public Person person(long id) {
    return Objects.requireNonNull(people.get(id));
  }

  /** Returns the pages to offer: the first, the last and those around this one; 0 stands for a gap. */
  public List<Long> pageLinks() {
    TreeSet<Long> shown = new TreeSet<>(List.of(1L, Math.max(1, pages)));
    for (long near = search.page() - 1L; near <= search.page() + 1L; near++) {
      if (near >= 1 && near <= pages) {
        shown.add(near);
      }
    }
    List<Long> links = new ArrayList<>();
    long before = 0;
    for (long page : shown) {
      if (page > before + 1) {
        links.add(0L);
      }
      links.add(page);
      before = page;
    }
    return links;
  }
}
