package dev.forebay.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * How much faster one contestant was than another: by the turns that they played one after the
 * other.
 *
 * @param median of the ratios of those turns
 * @param lower quartile of them
 * @param upper quartile of them
 */
record Ratio(double median, double lower, double upper) {

  /** Below this, machines that are shared tell nothing apart. */
  static final double TIE = 0.2;

  static Ratio of(Score faster, Score slower) {
    int turns = Math.min(faster.turns().size(), slower.turns().size());
    double[] ratios = new double[turns];
    for (int i = 0; i < turns; i++) {
      ratios[i] = faster.turns().get(i) / slower.turns().get(i);
    }
    return new Ratio(median(ratios), quantile(0.25, ratios), quantile(0.75, ratios));
  }

  static double median(double... values) {
    return quantile(0.5, values);
  }

  /** Returns where a share of the values is below, between two of them in proportion. */
  static double quantile(double share, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  boolean isTie() {
    return median > 1 / (1 + TIE) && median < 1 + TIE;
  }

  /** The ratio, {@code ≈} before a tie, and its quartiles. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s%.2f [%.2f–%.2f]", isTie() ? "≈" : "", median, lower, upper);
  }
}
