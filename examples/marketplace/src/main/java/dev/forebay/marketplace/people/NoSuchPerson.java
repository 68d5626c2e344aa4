package dev.forebay.marketplace.people;

/** There is nobody of the id asked for. */
public final class NoSuchPerson extends RuntimeException {

  public NoSuchPerson(String id) {
    super(
        "There is nobody with the id " + id + ". /api/leaderboard names some who are there.",
        null,
        false,
        false);
  }
}
