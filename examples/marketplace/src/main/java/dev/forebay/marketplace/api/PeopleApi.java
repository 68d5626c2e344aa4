package dev.forebay.marketplace.api;

import dev.forebay.marketplace.api.ItemJson.Named;
import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Place;
import dev.forebay.marketplace.people.Board;
import dev.forebay.marketplace.people.Leaderboard;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Reputation;
import dev.forebay.marketplace.people.Standing;
import dev.forebay.marketplace.trading.TradeTotals;
import dev.forebay.marketplace.trading.Trading;
import dev.forebay.marketplace.web.RequestText;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads people and who is ahead. */
@RestController
@RequestMapping("/api")
class PeopleApi {

  private final People people;
  private final Leaderboard leaderboard;
  private final Trading trading;
  private final Catalog catalog;

  PeopleApi(People people, Leaderboard leaderboard, Trading trading, Catalog catalog) {
    this.people = people;
    this.leaderboard = leaderboard;
    this.trading = trading;
    this.catalog = catalog;
  }

  /** A person with what they have done so far. */
  record Profile(
      long id,
      String username,
      String name,
      Named place,
      String about,
      int credits,
      String joinedAt,
      double stars,
      int ratings,
      TradeTotals trades,
      long itemsOnOffer) {}

  /**
   * A row of a leaderboard.
   *
   * @param score trades, credits or stars, as the board counts
   */
  record Row(int rank, long id, String username, String name, double score) {}

  /** Who is ahead: by items traded, credits in hand, rating, and credits earned in 30 days. */
  record Boards(
      List<Row> mostTrades, List<Row> mostCredits, List<Row> bestRated, List<Row> topEarners) {}

  @GetMapping("/users/{id}")
  Profile read(@PathVariable("id") String text) {
    long id = RequestText.requireId(text);
    Person person = people.person(id);
    Reputation reputation = people.reputation(id);
    Place place = catalog.places().byId(person.placeId());
    return new Profile(
        id,
        person.username(),
        person.name(),
        new Named(place.slug(), place.name()),
        person.about(),
        person.credits(),
        person.joinedAt().toString(),
        ItemJson.stars(reputation.stars()),
        reputation.ratings(),
        trading.totals(id),
        catalog.countOfSeller(id));
  }

  @GetMapping("/leaderboard")
  Boards leaderboard() {
    List<Standing> trades = leaderboard.board(Board.TRADES);
    List<Standing> credits = leaderboard.board(Board.CREDITS);
    List<Standing> rated = leaderboard.board(Board.RATING);
    List<Standing> earners = leaderboard.board(Board.EARNINGS);
    Set<Long> ids = Stream.of(trades, credits, rated, earners)
        .flatMap(List::stream)
        .map(Standing::userId)
        .collect(Collectors.toSet());
    Map<Long, Person> known = people.people(ids);
    return new Boards(
        rows(trades, 1, known),
        rows(credits, 1, known),
        rows(rated, 100, known),
        rows(earners, 1, known));
  }

  private static List<Row> rows(List<Standing> standings, int unit, Map<Long, Person> known) {
    return standings.stream()
        .map(standing -> {
          Person person = Objects.requireNonNull(known.get(standing.userId()));
          return new Row(
              standing.rank(),
              person.id(),
              person.username(),
              person.name(),
              (double) standing.score() / unit);
        })
        .toList();
  }
}
