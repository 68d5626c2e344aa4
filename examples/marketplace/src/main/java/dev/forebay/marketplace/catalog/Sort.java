package dev.forebay.marketplace.catalog;

import java.util.Arrays;
import java.util.Optional;

/** The orders in which items can be listed. */
public enum Sort {
  NEWEST("newest", "Newest first", "i.created_at desc, i.id desc"),
  CHEAPEST("cheapest", "Lowest price first", "i.price, i.id"),
  DEAREST("dearest", "Highest price first", "i.price desc, i.id desc");

  private final String slug;
  private final String label;
  private final String order;

  Sort(String slug, String label, String order) {
    this.slug = slug;
    this.label = label;
    this.order = order;
  }

  public String slug() {
    return slug;
  }

  public String label() {
    return label;
  }

  /** Returns whether a new price may move an item. */
  boolean byPrice() {
    return this != NEWEST;
  }

  String order() {
    return order;
  }

  public static Optional<Sort> bySlug(String slug) {
    return Arrays.stream(values()).filter(sort -> sort.slug.equals(slug)).findFirst();
  }
}
