package dev.forebay.marketplace.catalog;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.TtlClass;
import dev.forebay.redis.JsonCodec;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Service;
import tools.jackson.core.type.TypeReference;

/**
 * Reads the catalog, from Redis where it can. Lists are ids that live for 30 s; what they show comes by id in one batch
 * and is deleted the moment it changes. Safe for concurrent use.
 */
@Service
public class Catalog {

  private static final String ALL = "all";
  private static final int MORE = 6;

  private final ItemQueries queries;
  private final Cache<String, Categories> categories;
  private final Cache<String, Places> places;
  private final Cache<Long, Item> items;
  private final Cache<Long, ItemCard> cards;
  private final Cache<Long, List<PriceChange>> priceChanges;
  private final Cache<Listing, List<Long>> listings;
  private final Cache<Filter, Long> counts;
  private final Cache<Filter, PriceFigures> priceFigures;
  private final Map<Facet, Cache<Filter, Map<String, Long>>> facets = new EnumMap<>(Facet.class);
  private final Cache<Long, List<Long>> similar;
  private final Cache<Long, List<Long>> ofSeller;
  private final Cache<Long, Long> countsOfSellers;

  Catalog(Forebay forebay, ItemQueries queries) {
    this.queries = queries;
    JsonCodec<List<Long>> ids = JsonCodec.listOf(Long.class);
    categories = forebay
        .cache("categories")
        .key("categories:{scope}", String.class)
        .value(Categories.class)
        .ttl(TtlClass.LONG)
        .build();
    places = forebay
        .cache("places")
        .key("places:{scope}", String.class)
        .value(Places.class)
        .ttl(TtlClass.LONG)
        .build();
    items = forebay
        .cache("items")
        .key("item:{id}", Long.class)
        .value(Item.class)
        .ttl(TtlClass.SHORT)
        .build();
    cards = forebay
        .cache("cards")
        .key("card:{id}", Long.class)
        .value(ItemCard.class)
        .ttl(TtlClass.SHORT)
        .build();
    priceChanges = forebay
        .cache("price-changes")
        .key("item:{id}:prices", Long.class)
        .value(JsonCodec.listOf(PriceChange.class))
        .ttl(TtlClass.SHORT)
        .build();
    listings = forebay
        .cache("listings")
        .key("listing:" + Listing.KEY, Listing.class)
        .value(ids)
        .ttl(TtlClass.MOMENT)
        .build();
    counts = forebay
        .cache("counts")
        .key("count:" + Filter.KEY, Filter.class)
        .value(Long.class)
        .ttl(TtlClass.MOMENT)
        .build();
    priceFigures = forebay
        .cache("price-figures")
        .key("figures:" + Filter.KEY, Filter.class)
        .value(PriceFigures.class)
        .ttl(TtlClass.SHORT)
        .build();
    for (Facet facet : Facet.values()) {
      String name = "facet-" + facet.name().toLowerCase(Locale.ROOT);
      facets.put(
          facet,
          forebay
              .cache(name)
              .key(name + ":" + Filter.KEY, Filter.class)
              .value(JsonCodec.of(new TypeReference<Map<String, Long>>() {}))
              .ttl(TtlClass.SHORT)
              .build());
    }
    similar = forebay
        .cache("similar")
        .key("item:{id}:similar", Long.class)
        .value(ids)
        .ttl(TtlClass.SHORT)
        .build();
    ofSeller = forebay
        .cache("seller-items")
        .key("user:{id}:items", Long.class)
        .value(ids)
        .ttl(TtlClass.MOMENT)
        .build();
    countsOfSellers = forebay
        .cache("seller-counts")
        .key("user:{id}:count", Long.class)
        .value(Long.class)
        .ttl(TtlClass.MOMENT)
        .build();
  }

  public Categories categories() {
    return categories.getOrLoad(ALL, all -> queries.categories());
  }

  public Places places() {
    return places.getOrLoad(ALL, all -> queries.places());
  }

  /**
   * Returns an item in full.
   *
   * @throws NoSuchItem if there is none
   */
  public Item item(long id) {
    return items.getOrLoad(id, queries::item);
  }

  /** Returns the cards of those items that exist, in the order of {@code ids}. */
  public List<ItemCard> cards(Collection<Long> ids) {
    Map<Long, ItemCard> found = cards.getAllOrLoad(ids, queries::cards);
    return ids.stream().distinct().map(found::get).filter(Objects::nonNull).toList();
  }

  /** Returns the ids of one page of a search; none beyond the last. */
  public List<Long> ids(Listing listing) {
    return listings.getOrLoad(listing, missing -> queries.ids(missing, categories()));
  }

  public long count(Filter filter) {
    return counts.getOrLoad(filter, missing -> queries.count(missing, categories()));
  }

  public PriceFigures priceFigures(Filter filter) {
    return priceFigures.getOrLoad(
        filter.atAnyPrice(), missing -> queries.priceFigures(missing, categories()));
  }

  /** Returns how many items a search finds for each value of a facet, by category id, place id or condition slug. */
  public Map<String, Long> countBy(Facet facet, Filter filter) {
    return Objects.requireNonNull(facets.get(facet))
        .getOrLoad(facet.widen(filter), missing -> queries.countBy(facet, missing, categories()));
  }

  public List<PriceChange> priceChanges(long id) {
    return priceChanges.getOrLoad(id, queries::priceChanges);
  }

  /** Returns the ids of items like this one, of other sellers. */
  public List<Long> similar(ItemCard card) {
    return similar.getOrLoad(card.id(), id -> queries.similar(card, MORE));
  }

  /** Returns the ids of what a seller has on offer, the newest first. */
  public List<Long> ofSeller(long seller) {
    return ofSeller.getOrLoad(seller, id -> queries.ofSeller(id, Listing.PAGE_SIZE));
  }

  public long countOfSeller(long seller) {
    return countsOfSellers.getOrLoad(seller, queries::countOfSeller);
  }

  /** Deletes what is cached of one item; to be called when its change is committed. */
  void forget(long id) {
    items.delete(id);
    cards.delete(id);
    priceChanges.delete(id);
    similar.delete(id);
  }
}
