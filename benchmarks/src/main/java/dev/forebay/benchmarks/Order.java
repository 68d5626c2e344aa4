package dev.forebay.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What the tournament asks of a player in another JVM, as a line of JSON, and what that answers.
 *
 * @param played the case to prepare, or null
 * @param address of what is the contestant's own there, or null
 * @param instance number of the player
 * @param seconds of the turn to play, or 0
 */
record Order(
    Kind kind, @Nullable Case played, @Nullable Address address, int instance, double seconds) {

  /** Each is a method of {@link Player}. */
  enum Kind {
    PREPARE,
    BEGIN,
    PLAY,
    CHECK,
    REST
  }

  static Order prepare(Case played, Address address, int instance) {
    return new Order(Kind.PREPARE, played, address, instance, 0);
  }

  static Order play(double seconds) {
    return new Order(Kind.PLAY, null, null, 0, seconds);
  }

  /** Returns one that says no more than its kind. */
  static Order to(Kind kind) {
    return new Order(kind, null, null, 0, 0);
  }

  /**
   * The answer to an order.
   *
   * @param turn what was played, or null
   * @param failure why it was not, or null
   */
  record Answer(@Nullable Turn turn, @Nullable String failure) {}
}
