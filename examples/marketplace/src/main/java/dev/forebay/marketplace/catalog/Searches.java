package dev.forebay.marketplace.catalog;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheWarmer;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.marketplace.catalog.SearchTags.Cause;
import dev.forebay.redis.JsonCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;
import tools.jackson.core.type.TypeReference;

/**
 * Finds and counts items, from Redis where it can. What was found is tagged, so that a change of an item outdates the
 * searches that could show it at once, and no others. Safe for concurrent use.
 */
@Service
public class Searches {

  private final ItemQueries queries;
  private final Catalog catalog;
  private final Cache<Listing, List<Long>> listings;
  private final Cache<Filter, Long> counts;
  private final Cache<Filter, PriceFigures> priceFigures;
  private final Cache<Breakdown, Map<String, Long>> facets;

  Searches(Forebay forebay, ItemQueries queries, Catalog catalog) {
    this.queries = queries;
    this.catalog = catalog;
    listings = forebay
        .cache("listings")
        .key("listing:" + Listing.KEY, Listing.class)
        .value(JsonCodec.listOf(Long.class))
        .tags(listing -> SearchTags.of(listing.filter(), listing.sort().byPrice()))
        .ttl(TtlClass.SHORT)
        .build();
    counts = forebay
        .cache("counts")
        .key("count:" + Filter.KEY, Filter.class)
        .value(Long.class)
        .tags(filter -> SearchTags.of(filter, false))
        .ttl(TtlClass.SHORT)
        .build();
    priceFigures = forebay
        .cache("price-figures")
        .key("figures:" + Filter.KEY, Filter.class)
        .value(PriceFigures.class)
        .tags(filter -> SearchTags.of(filter, true))
        .ttl(TtlClass.SHORT)
        .build();
    facets = forebay
        .cache("facets")
        .key("facet:" + Breakdown.KEY, Breakdown.class)
        .value(JsonCodec.of(new TypeReference<Map<String, Long>>() {}))
        .tags(breakdown -> SearchTags.of(breakdown.filter(), false))
        .ttl(TtlClass.SHORT)
        .build();
  }

  /** Returns the ids of one page of a search; none beyond the last. */
  public List<Long> ids(Listing listing) {
    return listings.getOrLoad(listing, this::loadIds);
  }

  public long count(Filter filter) {
    return counts.getOrLoad(filter, this::loadCount);
  }

  public PriceFigures priceFigures(Filter filter) {
    return priceFigures.getOrLoad(filter.atAnyPrice(), this::loadPriceFigures);
  }

  /** Returns how many items a search finds for each value of a facet, by category id, place id or condition slug. */
  public Map<String, Long> countBy(Facet facet, Filter filter) {
    return facets.getOrLoad(Breakdown.of(facet, filter), this::loadFacet);
  }

  /** Fills in what the first pages of all categories need. Blocks until it is done. */
  public void warm(CacheWarmer warmer) {
    List<Filter> aisles = Stream.concat(
            Stream.of(Filter.EVERYTHING),
            catalog.categories().top().stream()
                .map(category -> Filter.EVERYTHING.inCategory(category.slug())))
        .toList();
    warmer.warm(
        listings,
        aisles.stream().map(aisle -> Listing.of(aisle, Sort.NEWEST, 1)).toList(),
        missing -> each(missing, this::loadIds));
    warmer.warm(counts, aisles, missing -> each(missing, this::loadCount));
    warmer.warm(priceFigures, aisles, missing -> each(missing, this::loadPriceFigures));
    warmer.warm(
        facets,
        aisles.stream()
            .flatMap(
                aisle -> Arrays.stream(Facet.values()).map(facet -> Breakdown.of(facet, aisle)))
            .collect(Collectors.toSet()),
        missing -> each(missing, this::loadFacet));
  }

  /** Outdates searches that could show an item, when the present transaction ends. To be called before its change. */
  void outdateAfterCommit(ItemCard item, Cause cause) {
    Set<String> tags = SearchTags.showing(item, cause, catalog.categories(), catalog.places());
    for (Cache<?, ?> cache : List.of(listings, counts, priceFigures, facets)) {
      AfterCommit.outdate(cache, tags);
    }
  }

  private List<Long> loadIds(Listing listing) {
    return queries.ids(listing, catalog.categories());
  }

  private long loadCount(Filter filter) {
    return queries.count(filter, catalog.categories());
  }

  private PriceFigures loadPriceFigures(Filter filter) {
    return queries.priceFigures(filter, catalog.categories());
  }

  private Map<String, Long> loadFacet(Breakdown breakdown) {
    return queries.countBy(breakdown.facet(), breakdown.filter(), catalog.categories());
  }

  private static <K, V> Map<K, V> each(Set<K> keys, Function<K, V> load) {
    return keys.stream().collect(Collectors.toMap(Function.identity(), load));
  }
}
