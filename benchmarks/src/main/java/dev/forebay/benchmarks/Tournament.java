package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Lets contestants play cases in turns, A B C A B C, so that whatever else the machine does hits all
 * of them alike. A floor that others are compared with has several teams, spread over each round;
 * what they do in it counts together. Who fails is out of that case.
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
      lineUp(cases)
          .forEach(contestant -> teams.add(
              new Team(contestant, teams.size(), servers, () -> recruiting.apply(contestant))));
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

  /** Returns who has a turn in a round, in this order: a contestant as often as it has teams. */
  private List<Contestant> lineUp(List<Case> cases) {
    List<Contestant> players = contestants.stream()
        .filter(contestant -> cases.stream().anyMatch(contestant::plays))
        .toList();
    List<Contestant> lineUp = new ArrayList<>(players);
    int jvms = schedule.floorJvms();
    for (Contestant floor : floors(cases)) {
      int turns = lineUp.size() + jvms - 1;
      for (int team = 1; team < jvms; team++) {
        int place = (lineUp.indexOf(floor) + team * turns / jvms) % turns;
        lineUp.add(Math.min(place, lineUp.size()), floor);
      }
    }
    return lineUp;
  }

  private Set<Contestant> floors(List<Case> cases) {
    Set<Contestant> floors = new LinkedHashSet<>();
    cases.forEach(played -> contestants.stream()
        .filter(contestant -> contestant.role() == Role.FLOOR && contestant.plays(played))
        .findFirst()
        .ifPresent(floors::add));
    return floors;
  }

  private CaseResult play(Case played, List<Team> teams) {
    Round round = new Round(contestants, played);
    teams.stream().filter(team -> team.contestant().plays(played)).forEach(round::admit);
    round.each(team -> team.warmUp(played, schedule));
    Schedule.Turns turns = schedule.of(played);
    for (int i = 0; i < turns.rounds(); i++) {
      round.each(team -> round.measurements(team).add(team.measure(played, turns.seconds())));
    }
    teams.forEach(Team::rest);
    return new CaseResult(played, round.scores());
  }

  /** Who is still in, and what they reached. */
  private static final class Round {

    private final List<Contestant> contestants;
    private final Case played;
    private final Map<Team, List<Measurement>> measurements = new LinkedHashMap<>();
    private final Map<Team, Double> entryBytes = new LinkedHashMap<>();
    private final Map<Team, String> failures = new LinkedHashMap<>();

    Round(List<Contestant> contestants, Case played) {
      this.contestants = contestants;
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
      return contestants.stream()
          .filter(contestant -> contestant.plays(played))
          .map(contestant -> score(
              contestant,
              measurements.keySet().stream()
                  .filter(team -> team.contestant().equals(contestant))
                  .toList()))
          .toList();
    }

    private Score score(Contestant contestant, List<Team> teams) {
      for (Team team : teams) {
        String failure = failures.get(team);
        if (failure != null) {
          return Score.failed(contestant, failure);
        }
      }
      return Score.of(contestant, entryBytes.getOrDefault(teams.get(0), 0.0), together(teams));
    }

    /** Returns what the teams of a contestant did, round by round. */
    private List<Measurement> together(List<Team> teams) {
      int rounds = measurements(teams.get(0)).size();
      return IntStream.range(0, rounds)
          .mapToObj(round -> teams.stream()
              .map(team -> measurements(team).get(round))
              .reduce(Measurement::then)
              .orElseThrow())
          .toList();
    }
  }
}
