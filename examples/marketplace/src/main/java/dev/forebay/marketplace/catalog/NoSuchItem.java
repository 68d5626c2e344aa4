package dev.forebay.marketplace.catalog;

/** There is no item of the id asked for. */
public final class NoSuchItem extends RuntimeException {

  public NoSuchItem(String id) {
    super("There is no item " + id + ". Look for others at / or /api/items.", null, false, false);
  }
}
