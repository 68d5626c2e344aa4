package dev.forebay.benchmarks;

import java.util.List;
import java.util.Optional;

/** The scores of everyone who played a case, in the order of the suite. */
record CaseResult(Case played, String name, String slug, List<Score> scores) {

  CaseResult(Case played, List<Score> scores) {
    this(played, played.name(), played.slug(), scores);
  }

  /** The first of ours: what "ours" means in its table. */
  Optional<Score> ours() {
    return firstOf(Role.OURS);
  }

  /** The first floor: what ratios are taken to. */
  Optional<Score> floor() {
    return firstOf(Role.FLOOR);
  }

  private Optional<Score> firstOf(Role role) {
    return scores.stream()
        .filter(score -> score.role() == role && score.hasFigures())
        .findFirst();
  }
}
