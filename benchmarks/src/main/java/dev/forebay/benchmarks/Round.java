package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A case in one leg: which teams are still in, and what they did. For one thread. */
final class Round {

  private final Case played;
  private final Map<Team, List<Measurement>> measurements = new LinkedHashMap<>();
  private final Map<Team, Double> entryBytes = new LinkedHashMap<>();
  private final Map<Team, String> failures = new LinkedHashMap<>();

  Round(Case played) {
    this.played = played;
  }

  /** Prepares a team, which is out if it cannot. */
  void admit(Team team) {
    measurements.put(team, new ArrayList<>());
    attempt(team, () -> entryBytes.put(team, team.prepare(played)));
  }

  /** Gives each team a turn, which counts. */
  void measure(double seconds) {
    each(team -> turnsOf(team).add(team.measure(played, seconds)));
  }

  /** Takes a step with each team that is still in. */
  void each(Consumer<Team> step) {
    measurements.keySet().stream()
        .filter(team -> !failures.containsKey(team))
        .forEach(team -> attempt(team, () -> step.accept(team)));
  }

  private void attempt(Team team, Runnable step) {
    try {
      step.run();
    } catch (ContestantException e) {
      failures.put(team, String.valueOf(e.getMessage()));
    }
  }

  /** Tells what each contestant did, its teams together. */
  void tellTo(Tally tally) {
    Map<Contestant, List<Team>> teams = measurements.keySet().stream()
        .collect(Collectors.groupingBy(Team::contestant, LinkedHashMap::new, Collectors.toList()));
    teams.forEach((contestant, its) -> its.stream()
        .map(failures::get)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresentOrElse(
            failure -> tally.failed(contestant, failure),
            () -> tally.add(contestant, entryBytes.getOrDefault(its.get(0), 0.0), together(its))));
  }

  private List<Measurement> turnsOf(Team team) {
    return Objects.requireNonNull(measurements.get(team), "not admitted");
  }

  /** Returns what the teams of a contestant did, turn by turn. */
  private List<Measurement> together(List<Team> teams) {
    int turns = turnsOf(teams.get(0)).size();
    return IntStream.range(0, turns)
        .mapToObj(turn -> teams.stream()
            .map(team -> turnsOf(team).get(turn))
            .reduce(Measurement::then)
            .orElseThrow())
        .toList();
  }
}
