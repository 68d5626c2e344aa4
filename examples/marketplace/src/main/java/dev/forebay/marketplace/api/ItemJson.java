package dev.forebay.marketplace.api;

import dev.forebay.marketplace.catalog.ItemCard;
import dev.forebay.marketplace.storefront.Offer;

/**
 * An item in a list.
 *
 * @param price in credits
 * @param listedAt in UTC, ISO 8601
 */
record ItemJson(
    long id,
    String title,
    int price,
    String condition,
    Named category,
    Named kind,
    Named place,
    Seller seller,
    String listedAt) {

  /** A category or place: its name in addresses and its name for people. */
  record Named(String slug, String name) {}

  /**
   * Who sells.
   *
   * @param stars the mean of all ratings, 1 to 5, two decimals; 0 before the first one
   */
  record Seller(long id, String username, String name, double stars, int ratings) {}

  static ItemJson of(Offer offer) {
    ItemCard card = offer.card();
    return new ItemJson(
        card.id(),
        card.title(),
        card.price(),
        card.condition().slug(),
        new Named(offer.category().slug(), offer.category().name()),
        new Named(offer.kind().slug(), offer.kind().name()),
        new Named(offer.place().slug(), offer.place().name()),
        new Seller(
            offer.seller().id(),
            offer.seller().username(),
            offer.seller().name(),
            stars(offer.reputation().stars()),
            offer.reputation().ratings()),
        card.listedAt().toString());
  }

  static double stars(double exact) {
    return Math.round(exact * 100) / 100.0;
  }
}
