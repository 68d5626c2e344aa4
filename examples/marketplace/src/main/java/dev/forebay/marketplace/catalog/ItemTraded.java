package dev.forebay.marketplace.catalog;

/** An item has changed hands, and can neither be changed nor traded any more. */
public final class ItemTraded extends RuntimeException {

  ItemTraded(long id) {
    super(
        "Item " + id + " has been traded; only items on offer can be changed or traded.",
        null,
        false,
        false);
  }
}
