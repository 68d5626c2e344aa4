package dev.forebay.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * How much faster one contestant was than another: by the turns that they played one after the
 * other.
 *
 * @param median of the ratios of those turns
 * @param lowest of them
 * @param highest of them
 */
record Ratio(double median, double lowest, double highest) {

  /** Below this, machines that are shared tell nothing apart. */
  static final double TIE = 0.2;

  static Ratio of(Score faster, Score slower) {
    int turns = Math.min(faster.turns().size(), slower.turns().size());
    double[] ratios = new double[turns];
    for (int i = 0; i < turns; i++) {
      ratios[i] = faster.turns().get(i) / slower.turns().get(i);
    }
    Arrays.sort(ratios);
    return new Ratio(median(ratios), ratios[0], ratios[turns - 1]);
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  boolean isTie() {
    return median > 1 / (1 + TIE) && median < 1 + TIE;
  }

  /** The ratio, {@code ≈} before a tie, and its range. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s%.2f [%.2f–%.2f]", isTie() ? "≈" : "", median, lowest, highest);
  }
}
