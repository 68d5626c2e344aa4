package dev.forebay.marketplace.storefront;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Categories;
import dev.forebay.marketplace.catalog.Category;
import dev.forebay.marketplace.catalog.ItemCard;
import dev.forebay.marketplace.catalog.Places;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Reputation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/** Turns ids of items into offers: cards, sellers and reputations in one batch each. */
@Service
public class Storefront {

  private final Catalog catalog;
  private final People people;

  Storefront(Catalog catalog, People people) {
    this.catalog = catalog;
    this.people = people;
  }

  /** Returns the offers of those items that exist, in the order of {@code ids}. */
  public List<Offer> offers(Collection<Long> ids) {
    List<ItemCard> cards = catalog.cards(ids);
    Set<Long> sellers = cards.stream().map(ItemCard::sellerId).collect(Collectors.toSet());
    Map<Long, Person> known = people.people(sellers);
    Map<Long, Reputation> reputations = people.reputations(sellers);
    Categories categories = catalog.categories();
    Places places = catalog.places();
    return cards.stream()
        .map(card -> {
          Category kind = categories.byId(card.categoryId());
          return new Offer(
              card,
              kind,
              categories.topOf(kind),
              places.byId(card.placeId()),
              Objects.requireNonNull(known.get(card.sellerId())),
              Objects.requireNonNull(reputations.get(card.sellerId())));
        })
        .toList();
  }
}
