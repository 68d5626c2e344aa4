package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets contestants play cases in turns, A B C A B C, so that whatever else the machine does hits all
 * of them alike. Who fails is out of that case.
 */
final class Tournament {

  private final List<Contestant> contestants;
  private final Schedule schedule;
  private final Servers servers;
  private final Function<Contestant, Player> recruiting;
  private final Consumer<CaseResult> announcing;

  Tournament(
      List<Contestant> contestants,
      Schedule schedule,
      Servers servers,
      Function<Contestant, Player> recruiting,
      Consumer<CaseResult> announcing) {
    this.contestants = contestants;
    this.schedule = schedule;
    this.servers = servers;
    this.recruiting = recruiting;
    this.announcing = announcing;
  }

  List<CaseResult> play(List<Case> cases) {
    List<Team> teams = new ArrayList<>();
    try {
      for (Contestant contestant : contestants) {
        if (cases.stream().anyMatch(contestant::plays)) {
          teams.add(
              new Team(contestant, teams.size(), servers, () -> recruiting.apply(contestant)));
        }
      }
      List<CaseResult> results = new ArrayList<>();
      for (Case played : cases) {
        if (teams.stream().noneMatch(team -> team.contestant().plays(played))) {
          continue;
        }
        CaseResult result = play(played, teams);
        announcing.accept(result);
        results.add(result);
      }
      return results;
    } finally {
      teams.forEach(Team::close);
    }
  }

  private CaseResult play(Case played, List<Team> teams) {
    Round round = new Round(played);
    teams.stream().filter(team -> team.contestant().plays(played)).forEach(round::admit);
    round.each(team -> team.warmUp(played, schedule));
    for (int i = 0; i < schedule.rounds(); i++) {
      round.each(team -> round.measurements(team).add(team.measure(played, schedule.turn())));
    }
    teams.forEach(Team::rest);
    return new CaseResult(played, round.scores());
  }

  /** Who is still in, and what they reached. */
  private static final class Round {

    private final Case played;
    private final Map<Team, List<Measurement>> measurements = new LinkedHashMap<>();
    private final Map<Team, Double> entryBytes = new LinkedHashMap<>();
    private final Map<Team, String> failures = new LinkedHashMap<>();

    Round(Case played) {
      this.played = played;
    }

    void admit(Team team) {
      measurements.put(team, new ArrayList<>());
      attempt(team, () -> entryBytes.put(team, team.prepare(played)));
    }

    List<Measurement> measurements(Team team) {
      return measurements.getOrDefault(team, List.of());
    }

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

    List<Score> scores() {
      return measurements.entrySet().stream()
          .map(entry -> score(entry.getKey(), entry.getValue()))
          .toList();
    }

    private Score score(Team team, List<Measurement> all) {
      String failure = failures.get(team);
      return failure == null
          ? Score.of(team.contestant(), entryBytes.getOrDefault(team, 0.0), all)
          : Score.failed(team.contestant(), failure);
    }
  }
}
