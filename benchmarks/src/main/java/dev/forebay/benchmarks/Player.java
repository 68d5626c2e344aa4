package dev.forebay.benchmarks;

/** A contestant at work: in this JVM, or in one of its own. For one thread. */
interface Player extends AutoCloseable {

  /**
   * Closes the case before, and connects for this one.
   *
   * @param instance number of this player among those of its contestant
   * @throws ContestantException if the contestant cannot
   */
  void prepare(Case played, Address address, int instance);

  /** Prepares a turn. */
  void begin();

  /** Plays one turn; blocks until it is over. */
  Turn play(double seconds);

  /** Checks what was done in a turn. */
  void check();

  /** Closes the case: nothing of it goes on beside the others' cases. May be called again. */
  void rest();

  /** Closes the case, and all else. */
  @Override
  void close();
}
