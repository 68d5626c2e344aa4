package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What contestants reached in a case, over all legs. For one thread. */
final class Tally {

  private final Case played;
  private final List<Contestant> contestants;
  private final Map<Contestant, List<Measurement>> measurements = new HashMap<>();
  private final Map<Contestant, Double> entryBytes = new HashMap<>();
  private final Map<Contestant, String> failures = new HashMap<>();

  /** @param contestants of which some play the case */
  Tally(Case played, List<Contestant> contestants) {
    this.played = played;
    this.contestants = contestants.stream().filter(each -> each.plays(played)).toList();
  }

  Case played() {
    return played;
  }

  /** Counts a leg of a contestant. */
  void add(Contestant contestant, double bytesOfEntry, List<Measurement> turns) {
    entryBytes.put(contestant, bytesOfEntry);
    measurements.computeIfAbsent(contestant, absent -> new ArrayList<>()).addAll(turns);
  }

  /** Tells that a contestant failed: no leg of it counts. */
  void failed(Contestant contestant, String failure) {
    failures.put(contestant, failure);
  }

  CaseResult result() {
    return new CaseResult(played, contestants.stream().map(this::score).toList());
  }

  private Score score(Contestant contestant) {
    String failure = failures.get(contestant);
    return failure == null
        ? Score.of(
            contestant,
            entryBytes.getOrDefault(contestant, 0.0),
            measurements.getOrDefault(contestant, List.of()))
        : Score.failed(contestant, failure);
  }
}
