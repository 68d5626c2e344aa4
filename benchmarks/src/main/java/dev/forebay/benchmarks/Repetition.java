package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a run of a suite says of the one before: which contestants are again as far from the floor as
 * they were then. A floor itself is compared with the first one; where there is none, all are with
 * ours.
 *
 * @param commit that of the run before
 * @param at when that was
 * @param compared how many ratios there are in both
 * @param apart those that differ by {@link Ratio#TIE} or more
 */
record Repetition(String commit, String at, int compared, List<Difference> apart) {

  /** A ratio that is not what it was. */
  record Difference(String played, String contestant, double before, double now) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s, %s: %.2f → %.2f", played, contestant, before, now);
    }
  }

  static Repetition of(SuiteResult before, SuiteResult now) {
    Map<String, CaseResult> known =
        before.cases().stream().collect(Collectors.toMap(CaseResult::name, Function.identity()));
    int compared = 0;
    List<Difference> apart = new ArrayList<>();
    for (CaseResult again : now.cases()) {
      CaseResult first = known.get(again.name());
      Map<String, Double> ratios = first == null ? Map.of() : ratios(first);
      for (Map.Entry<String, Double> ratio : ratios(again).entrySet()) {
        Double was = ratios.get(ratio.getKey());
        if (was != null) {
          compared++;
          if (Math.max(was, ratio.getValue())
              >= (1 + Ratio.TIE) * Math.min(was, ratio.getValue())) {
            apart.add(new Difference(again.name(), ratio.getKey(), was, ratio.getValue()));
          }
        }
      }
    }
    return new Repetition(
        before.environment().commit(), before.environment().at(), compared, apart);
  }

  /** Returns how fast each contestant is, as a share of the floor, by its name. */
  private static Map<String, Double> ratios(CaseResult result) {
    Optional<Score> reference = result.floor().or(result::ours);
    return reference.isEmpty()
        ? Map.of()
        : result.scores().stream()
            .filter(Score::hasFigures)
            .filter(score -> !score.equals(reference.get()))
            .collect(Collectors.toMap(
                Score::contestant, score -> ratio(result.played(), score, reference.get())));
  }

  private static double ratio(Case played, Score score, Score reference) {
    return played.pace() == Pace.LOCKSTEP
        ? reference.slowestMicros() / score.slowestMicros()
        : Ratio.of(score, reference).median();
  }

  /** The number of ratios that are within a tie of what they were. */
  int within() {
    return compared - apart.size();
  }
}
