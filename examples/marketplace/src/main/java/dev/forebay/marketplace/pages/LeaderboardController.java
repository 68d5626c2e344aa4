package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.pages.LeaderboardPage.Ranking;
import dev.forebay.marketplace.people.Board;
import dev.forebay.marketplace.people.Leaderboard;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Standing;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.Trading;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** Who is ahead, and how the market does. */
@Controller
class LeaderboardController {

  private final Catalog catalog;
  private final People people;
  private final Leaderboard leaderboard;
  private final Trading trading;

  LeaderboardController(Catalog catalog, People people, Leaderboard leaderboard, Trading trading) {
    this.catalog = catalog;
    this.leaderboard = leaderboard;
    this.people = people;
    this.trading = trading;
  }

  @GetMapping("/leaderboard")
  ModelAndView leaderboard() {
    List<Ranking> rankings = List.of(
        new Ranking("Most trades", "trades", leaderboard.board(Board.TRADES)),
        new Ranking("Best rated", "", leaderboard.board(Board.RATING)),
        new Ranking("Top sellers of the month", "credits", leaderboard.board(Board.EARNINGS)),
        new Ranking("Most credits", "credits", leaderboard.board(Board.CREDITS)));
    List<Trade> trades = trading.latest();
    Set<Long> shown = LongStream.concat(
            rankings.stream()
                .flatMapToLong(ranking -> ranking.standings().stream().mapToLong(Standing::userId)),
            trades.stream()
                .flatMapToLong(trade -> LongStream.of(trade.sellerId(), trade.buyerId())))
        .boxed()
        .collect(Collectors.toSet());
    return new ModelAndView(
        "leaderboard",
        "page",
        new LeaderboardPage(
            rankings,
            trading.figures(),
            trading.weeks(),
            trading.busiestCategories(),
            trading.busiestPlaces(),
            trades,
            catalog.categories(),
            catalog.places(),
            people.people(shown),
            people.reputations(shown)));
  }
}
