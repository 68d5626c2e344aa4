package dev.forebay.marketplace.people;

import java.util.List;

/**
 * What the ratings of a person amount to.
 *
 * @param counts ratings with 1, 2, 3, 4 and 5 stars
 */
public record Reputation(long userId, List<Integer> counts) {

  static Reputation none(long userId) {
    return new Reputation(userId, List.of(0, 0, 0, 0, 0));
  }

  public int ratings() {
    return counts.stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the mean of the stars, 1 to 5; 0 before the first rating. */
  public double stars() {
    int sum = 0;
    for (int i = 0; i < counts.size(); i++) {
      sum += (i + 1) * counts.get(i);
    }
    return ratings() == 0 ? 0 : (double) sum / ratings();
  }

  /** Returns how many of a hundred ratings have {@code stars} stars. */
  public int percent(int stars) {
    return ratings() == 0 ? 0 : Math.round(100f * counts.get(stars - 1) / ratings());
  }
}
