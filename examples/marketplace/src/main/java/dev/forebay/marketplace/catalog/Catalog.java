package dev.forebay.marketplace.catalog;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheWarmer;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.redis.JsonCodec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Service;

/**
 * Reads the catalog, from Redis where it can. Lists hold ids; what they show comes by id in one batch. What a change
 * touches is evicted when that is committed, so the next read sees it. Safe for concurrent use.
 */
@Service
public class Catalog {

  private static final String ALL = "all";
  private static final int MORE = 6;
  private static final int WARM = 5_000;

  private final ItemQueries queries;
  private final Cache<String, Categories> categories;
  private final Cache<String, Places> places;
  private final Cache<Long, Item> items;
  private final Cache<Long, ItemCard> cards;
  private final Cache<Long, List<PriceChange>> priceChanges;
  private final Cache<SimilarTo, List<Long>> similar;
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
    similar = forebay
        .cache("similar")
        .key("item:{id}:similar:{kind}", SimilarTo.class)
        .value(ids)
        .tags(item -> List.of(kindTag(item.kind())))
        .ttl(TtlClass.SHORT)
        .build();
    ofSeller = forebay
        .cache("seller-items")
        .key("user:{id}:items", Long.class)
        .value(ids)
        .ttl(TtlClass.SHORT)
        .build();
    countsOfSellers = forebay
        .cache("seller-counts")
        .key("user:{id}:count", Long.class)
        .value(Long.class)
        .ttl(TtlClass.SHORT)
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

  public List<PriceChange> priceChanges(long id) {
    return priceChanges.getOrLoad(id, queries::priceChanges);
  }

  /** Returns the ids of items like this one, of other sellers. */
  public List<Long> similar(ItemCard card) {
    return similar.getOrLoad(
        new SimilarTo(card.id(), card.categoryId()), item -> queries.similar(card, MORE));
  }

  /** Returns the ids of what a seller has on offer, the newest first. */
  public List<Long> ofSeller(long seller) {
    return ofSeller.getOrLoad(seller, id -> queries.ofSeller(id, Listing.PAGE_SIZE));
  }

  public long countOfSeller(long seller) {
    return countsOfSellers.getOrLoad(seller, queries::countOfSeller);
  }

  /** Fills in the items that were listed last. Blocks until it is done. */
  public void warm(CacheWarmer warmer) {
    warmer.warm(cards, queries.newest(WARM), queries::cards);
  }

  /** Returns who listed the items that were listed last. */
  public List<Long> recentSellers() {
    return queries.sellersOf(queries.newest(WARM));
  }

  /** Evicts what is cached of one item when the present transaction ends. To be called before its change. */
  void evictAfterCommit(ItemCard item) {
    List<Long> id = List.of(item.id());
    AfterCommit.evict(items, id);
    AfterCommit.evict(cards, id);
    AfterCommit.evict(priceChanges, id);
    AfterCommit.outdate(similar, List.of(kindTag(item.categoryId())));
  }

  /** As {@link #evictAfterCommit}, for an item that leaves the market. */
  void evictTradedAfterCommit(ItemCard item) {
    evictAfterCommit(item);
    AfterCommit.evict(ofSeller, List.of(item.sellerId()));
    AfterCommit.evict(countsOfSellers, List.of(item.sellerId()));
  }

  private static String kindTag(int kind) {
    return "kind " + kind;
  }

  /** An item and its kind: similar ones are looked for among those, so each change of one outdates them. */
  public record SimilarTo(long id, int kind) {}
}
