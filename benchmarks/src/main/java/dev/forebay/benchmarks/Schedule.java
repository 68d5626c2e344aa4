package dev.forebay.benchmarks;

/**
 * How long is played.
 *
 * @param legs how often, each time by new JVMs
 * @param firstWarmUp of each JVM before its first case, in seconds: heavy libraries read 40 % low
 *     before 12 s
 * @param free at {@link Pace#FREE}: short turns, so that whatever else the machine does hits
 *     neighbours alike
 * @param paced at every other pace: callers that wait for each other or for workers need longer ones
 * @param floorJvms how many JVMs of a floor have a turn in each round: all ratios are to the floor,
 *     and one JVM may play a case at another speed than the next
 */
record Schedule(int legs, double firstWarmUp, Turns free, Turns paced, int floorJvms) {

  static final Schedule FULL = new Schedule(3, 12, new Turns(0.6, 0.2, 7), new Turns(4, 1, 2), 2);
  static final Schedule QUICK = Schedule.of(0.3, 0.2, 0.25, 3);

  /**
   * The turns of each contestant in a case of a leg.
   *
   * @param warmUp before them, in seconds
   * @param seconds of a turn
   * @param rounds in each of which every contestant has one
   */
  record Turns(double warmUp, double seconds, int rounds) {

    @Override
    public String toString() {
      return "%s s before each case, then %d turns of %s s"
          .formatted(Table.number(warmUp), rounds, Table.number(seconds));
    }
  }

  /** Returns one with the same turns at every pace and one JVM for each contestant, in one leg. */
  static Schedule of(double firstWarmUp, double warmUp, double turn, int rounds) {
    Turns turns = new Turns(warmUp, turn, rounds);
    return new Schedule(1, firstWarmUp, turns, turns, 1);
  }

  Turns of(Case played) {
    return played.pace() == Pace.FREE ? free : paced;
  }
}
