package dev.forebay.benchmarks;

import java.util.Map;

/**
 * A contestant that is connected and ready to be measured in one case. Many callers perform at the
 * same time.
 */
@FunctionalInterface
public interface Act extends AutoCloseable {

  /**
   * Prepares a turn, before the callers begin. Its time does not count, nor what it completes or asks
   * of a server.
   */
  default void begin() throws Exception {}

  /**
   * Does the operation once and checks its result. The harness takes the time; but see {@link
   * Pace#BY_CONTESTANT}.
   *
   * @param number from 0 to {@link Case#entries()} at random; in {@link Pace#LOCKSTEP} a number that
   *     never came before, the same for all callers of a round, also in other instances
   * @throws Exception counts as a failure; a contestant with failures is shown as failed
   */
  void perform(long number) throws Exception;

  /**
   * Waits until all that was performed has reached Redis, where {@link #perform} does not. Its time
   * counts, so that nobody wins by a queue that nobody drains.
   */
  default void settle() throws Exception {}

  /**
   * Returns what this contestant counts itself, ever growing: {@code loads}, say. Tables show them
   * per round in {@link Pace#LOCKSTEP}, else per operation.
   */
  default Map<String, Long> counts() {
    return Map.of();
  }

  /**
   * Checks after each turn that the work was really done, all of it and once. Neither its time counts
   * nor what it asks of a server.
   *
   * @throws Exception says what is missing; the contestant is out of the case
   */
  default void check() throws Exception {}

  /** Closes what was opened. */
  @Override
  default void close() {}
}
