package dev.forebay.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What the tournament asks of a player in another JVM, as a line of JSON, and what that answers.
 *
 * @param played a case to prepare, or null to play a turn of the one that is prepared, or to close it
 * @param address of what is the contestant's own, or null
 * @param instance number of the player
 * @param seconds of the turn; 0 to close the case
 */
record Order(@Nullable Case played, @Nullable Address address, int instance, double seconds) {

  /**
   * The answer to an order.
   *
   * @param turn what was played, or null
   * @param failure why it was not, or null
   */
  record Answer(@Nullable Turn turn, @Nullable String failure) {}
}
