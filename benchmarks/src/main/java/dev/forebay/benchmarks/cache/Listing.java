package dev.forebay.benchmarks.cache;

import java.util.List;

/** What every cache here holds: a record of about 500 bytes as JSON. */
public record Listing(
    long id,
    String title,
    String description,
    long priceCents,
    String currency,
    boolean negotiable,
    String category,
    List<String> tags,
    Seller seller,
    long createdAtMillis) {

  /** Who sells it. */
  public record Seller(long id, String name, String city, double rating) {}

  /** Returns the listing of an id, always the same. */
  static Listing of(long id) {
    return new Listing(
        id,
        "Touring bike no. " + id + ", steel frame, ready for long roads",
        "Ridden for two summers along the river and kept dry in winter; new chain, new brake pads"
            + " and both mudguards. The bags in the picture go with it. Can be tried near the"
            + " station on most evenings after six.",
        10_000 + id % 50_000,
        "EUR",
        id % 3 == 0,
        "sports/cycling/touring",
        List.of("steel", "28 inch", "bags", "lights"),
        new Seller(id * 7, "Lena Brandt", "Heidelberg", 4.5),
        1_700_000_000_000L + id);
  }
}
