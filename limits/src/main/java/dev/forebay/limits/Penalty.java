package dev.forebay.limits;

import java.time.Duration;

/**
 * How long a subject has to wait that is denied again and again. Each denied attempt is a strike;
 * each {@code step} strikes begin a wait, twice as long as the one before: {@code first}, then {@code
 * first} · 2, · 4, up to {@code longest}. One strike is forgotten each {@code forgetAfter}.
 *
 * @param first 1 ms or more
 * @param longest {@code first} or more, up to 49 days
 * @param step strikes, 1 to 1,000
 * @param forgetAfter 1 ms or more
 */
public record Penalty(Duration first, Duration longest, int step, Duration forgetAfter) {

  /** @throws IllegalArgumentException if one of them is out of its range */
  public Penalty {
    require(first.compareTo(Duration.ofMillis(1)) >= 0, "first wait is 1 ms or more, was " + first);
    require(
        longest.compareTo(first) >= 0 && longest.compareTo(Limit.LONGEST_WINDOW) <= 0,
        "longest wait is the first wait (" + first + ") to 49 days, was " + longest);
    require(step >= 1 && step <= 1_000, "step is 1 to 1,000 strikes, was " + step);
    require(
        forgetAfter.compareTo(Duration.ofMillis(1)) >= 0
            && forgetAfter.compareTo(Limit.LONGEST_WINDOW) <= 0,
        "time to forget a strike is 1 ms to 49 days, was " + forgetAfter);
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("A penalty's " + rule + ".");
    }
  }
}
