package dev.forebay.limits;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What several limits say to one request: it takes permits of all of them, or of none.
 *
 * @param all one or more, in the order in which they were asked
 */
public record Decisions(List<Decision> all) {

  /** @throws IllegalArgumentException if there is none */
  public Decisions {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("There is no decision without a limit. Give one or more.");
    }
    all = List.copyOf(all);
  }

  /** Returns whether all of them allow it. */
  public boolean isAllowed() {
    return all.stream().allMatch(Decision::isAllowed);
  }

  /**
   * Returns the one that matters: of those that deny the one with the longest wait, else the one
   * with the smallest share of its permits left.
   */
  public Decision strictest() {
    if (all.size() == 1) {
      return all.get(0);
    }
    return all.stream()
        .max(Comparator.<Decision>comparingInt(decision -> decision.isAllowed() ? 0 : 1)
            .thenComparing(Decisions::waitOf)
            .thenComparing(Comparator.comparingDouble(Decisions::shareLeft).reversed()))
        .orElseThrow();
  }

  private static Duration waitOf(Decision decision) {
    return decision instanceof Decision.Denied denied ? denied.retryAfter() : Duration.ZERO;
  }

  private static double shareLeft(Decision decision) {
    return (double) decision.remaining() / decision.limit().permits();
  }
}
