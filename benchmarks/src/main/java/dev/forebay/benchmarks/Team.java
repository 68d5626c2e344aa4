package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Players of one contestant, with a part of Redis of their own. For one thread. */
final class Team implements AutoCloseable {

  private final Contestant contestant;
  private final int number;
  private final Servers servers;
  private final Supplier<Player> recruiting;
  private final List<Player> players = new ArrayList<>();
  private int warm;

  Team(Contestant contestant, int number, Servers servers, Supplier<Player> recruiting) {
    this.contestant = contestant;
    this.number = number;
    this.servers = servers;
    this.recruiting = recruiting;
    players.add(recruiting.get());
  }

  Contestant contestant() {
    return contestant;
  }

  /** Prepares a case, and returns what an entry costs Redis, or 0 if there are none. */
  double prepare(Case played) {
    while (players.size() < played.instances()) {
      players.add(recruiting.get());
    }
    Address address = servers.empty(number);
    players.get(0).prepare(played, address, 0);
    double bytes = servers.bytesOf(number);
    for (int i = 1; i < played.instances(); i++) {
      players.get(i).prepare(played, address, i);
    }
    return bytes / played.entries();
  }

  void warmUp(Case played, Schedule schedule) {
    boolean first = warm < played.instances();
    playing(played).forEach(Player::begin);
    var unused = play(played, schedule.of(played).warmUp() + (first ? schedule.firstWarmUp() : 0));
    playing(played).forEach(Player::check);
    warm = Math.max(warm, played.instances());
  }

  Measurement measure(Case played, double seconds) {
    playing(played).forEach(Player::begin);
    RedisMeter.Reading before = servers.redis().read();
    long postgresBefore = servers.postgresCpuNanos();
    Turn turn = play(played, seconds);
    Measurement measured = new Measurement(
        played,
        turn,
        servers.redis().read().since(before),
        Math.max(0, servers.postgresCpuNanos() - postgresBefore));
    playing(played).forEach(Player::check);
    return measured;
  }

  private List<Player> playing(Case played) {
    return players.subList(0, played.instances());
  }

  /** Closes the case. Who cannot is as good as closed: the next case shows what became of them. */
  void rest() {
    for (Player player : players) {
      try {
        player.rest();
      } catch (ContestantException e) {
        System.err.println(contestant.name() + " does not end a case: " + e.getMessage());
      }
    }
  }

  private Turn play(Case played, double seconds) {
    if (played.instances() == 1) {
      return players.get(0).play(seconds);
    }
    ExecutorService threads = Executors.newFixedThreadPool(played.instances());
    try {
      List<Future<Turn>> turns = playing(played).stream()
          .map(player -> threads.submit(() -> player.play(seconds)))
          .toList();
      Turn sum = turns.get(0).get();
      for (Future<Turn> turn : turns.subList(1, turns.size())) {
        sum = sum.plus(turn.get());
      }
      return sum;
    } catch (ExecutionException | InterruptedException e) {
      throw new ContestantException(contestant.name() + " failed: " + e.getMessage(), e);
    } finally {
      threads.shutdown();
    }
  }

  @Override
  public void close() {
    players.forEach(Player::close);
  }
}
