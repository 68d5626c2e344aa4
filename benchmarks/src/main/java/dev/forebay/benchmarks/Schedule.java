package dev.forebay.benchmarks;

/**
 * How long is played, in seconds.
 *
 * <p>Turns are short where callers are free, so that whatever else the machine does hits neighbours
 * alike. Callers that wait for each other or for workers need longer ones.
 *
 * @param firstWarmUp of each JVM, before its first case: heavy libraries read 40 % low before 12 s
 * @param warmUp of each JVM before each case
 * @param turn of one JVM at {@link Pace#FREE}
 * @param rounds of such turns, in each of which every contestant has one
 * @param longTurn at every other pace
 * @param longRounds likewise
 * @param floorJvms how many JVMs of a floor have a turn in each round, one after another: all ratios
 *     are to the floor, and one JVM may run a case at another speed than the next
 */
record Schedule(
    double firstWarmUp,
    double warmUp,
    double turn,
    int rounds,
    double longTurn,
    int longRounds,
    int floorJvms) {

  static final Schedule FULL = new Schedule(12, 1, 0.2, 21, 1, 5, 3);
  static final Schedule QUICK = Schedule.of(0.3, 0.2, 0.25, 3);

  /** Returns one with the same turns at every pace and one JVM for each contestant. */
  static Schedule of(double firstWarmUp, double warmUp, double turn, int rounds) {
    return new Schedule(firstWarmUp, warmUp, turn, rounds, turn, rounds, 1);
  }

  double turnOf(Case played) {
    return played.pace() == Pace.FREE ? turn : longTurn;
  }

  int roundsOf(Case played) {
    return played.pace() == Pace.FREE ? rounds : longRounds;
  }
}
