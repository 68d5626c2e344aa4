package dev.forebay.benchmarks;

/**
 * How long is played, in seconds.
 *
 * @param firstWarmUp of each contestant, before its first case: heavy libraries read 40 % low before
 *     12 s
 * @param warmUp of each contestant before each case
 * @param turn of one contestant
 * @param rounds of turns, in each of which every contestant has one
 */
record Schedule(double firstWarmUp, double warmUp, double turn, int rounds) {

  static final Schedule FULL = new Schedule(12, 1, 0.5, 7);
  static final Schedule QUICK = new Schedule(0.3, 0.2, 0.25, 3);

  /** Returns how long a case takes a contestant, in seconds. */
  double caseSeconds() {
    return warmUp + turn * rounds;
  }
}
