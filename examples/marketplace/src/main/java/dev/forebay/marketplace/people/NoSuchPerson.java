package dev.forebay.marketplace.people;

/** There is nobody of the id asked for. */
public final class NoSuchPerson extends RuntimeException {

  public NoSuchPerson(String id) {
    super(
        "There is nobody with the id " + id + ". Meet others at /leaderboard or /api/leaderboard.",
        null,
        false,
        false);
  }
}
