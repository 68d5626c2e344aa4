package dev.forebay.marketplace.catalog;

import java.util.Arrays;
import java.util.Optional;

/** How worn an item is. */
public enum Condition {
  NEW("new", "New"),
  LIKE_NEW("like-new", "Like new"),
  GOOD("good", "Good"),
  FAIR("fair", "Fair"),
  FOR_PARTS("for-parts", "For parts");

  private final String slug;
  private final String label;

  Condition(String slug, String label) {
    this.slug = slug;
    this.label = label;
  }

  /** Returns the name in addresses, in JSON and in the database. */
  public String slug() {
    return slug;
  }

  public String label() {
    return label;
  }

  public static Optional<Condition> bySlug(String slug) {
    return Arrays.stream(values())
        .filter(condition -> condition.slug.equals(slug))
        .findFirst();
  }
}
