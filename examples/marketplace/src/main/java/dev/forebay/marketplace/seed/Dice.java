package dev.forebay.marketplace.seed;

import java.util.List;
import java.util.SplittableRandom;

/** Repeatable chance. Not safe for concurrent use. */
final class Dice {

  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** From {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** From 0 to {@code bound - 1}; the low ones come up far more often, as a few sellers list most of the items. */
  int skewed(int bound) {
    double unit = random.nextDouble();
    return (int) (bound * Math.pow(unit, 1.9));
  }

  /** From {@code low} to {@code high} with every order of magnitude equally likely, most near the geometric mean. */
  double price(int low, int high) {
    double middle = (random.nextDouble() + random.nextDouble()) / 2;
    return low * Math.pow((double) high / low, middle);
  }
}
