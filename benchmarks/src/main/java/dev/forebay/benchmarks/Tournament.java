package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets contestants play cases in turns, A B C A B C, so that whatever else the machine does hits all
 * of them alike. All cases are played in several legs, each with JVMs that are new, as one JVM may
 * compile a case better than the next. A floor that others are compared with has several teams,
 * spread over each round; what they do in it counts together. Who fails is out of that case.
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
    List<Tally> tallies = cases.stream()
        .filter(played -> contestants.stream().anyMatch(each -> each.plays(played)))
        .map(played -> new Tally(played, contestants))
        .toList();
    for (int leg = 1; leg < schedule.legs(); leg++) {
      playLeg(tallies, tally -> {});
    }
    List<CaseResult> results = new ArrayList<>();
    playLeg(tallies, tally -> {
      CaseResult result = tally.result();
      announcing.accept(result);
      results.add(result);
    });
    return results;
  }

  private void playLeg(List<Tally> tallies, Consumer<Tally> next) {
    List<Team> teams = new ArrayList<>();
    try {
      lineUp(tallies.stream().map(Tally::played).toList())
          .forEach(contestant -> teams.add(
              new Team(contestant, teams.size(), servers, () -> recruiting.apply(contestant))));
      for (Tally tally : tallies) {
        play(tally, teams);
        next.accept(tally);
      }
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

  private void play(Tally tally, List<Team> teams) {
    Case played = tally.played();
    Round round = new Round(played);
    teams.stream().filter(team -> team.contestant().plays(played)).forEach(round::admit);
    round.each(team -> team.warmUp(played, schedule));
    Schedule.Turns turns = schedule.of(played);
    for (int i = 0; i < turns.rounds(); i++) {
      round.measure(turns.seconds());
    }
    teams.forEach(Team::rest);
    round.tellTo(tally);
  }
}
