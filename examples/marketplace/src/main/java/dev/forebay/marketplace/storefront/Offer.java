package dev.forebay.marketplace.storefront;

import dev.forebay.marketplace.catalog.Category;
import dev.forebay.marketplace.catalog.ItemCard;
import dev.forebay.marketplace.catalog.Place;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Reputation;

/** An item with all that a list shows around it. */
public record Offer(
    ItemCard card,
    Category kind,
    Category category,
    Place place,
    Person seller,
    Reputation reputation) {

  /** Returns which of eight backgrounds the item's picture has. */
  public long pattern() {
    return card.id() % 8;
  }

  /** Returns the hue of the item's picture: near that of its kind. */
  public long hue() {
    return (kind.hue() + card.id() * 7 % 31 + 345) % 360;
  }
}
