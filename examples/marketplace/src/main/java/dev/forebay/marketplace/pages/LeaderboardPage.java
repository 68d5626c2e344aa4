package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Categories;
import dev.forebay.marketplace.catalog.Places;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Reputation;
import dev.forebay.marketplace.people.Standing;
import dev.forebay.marketplace.trading.MarketFigures;
import dev.forebay.marketplace.trading.Tally;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.Week;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the leaderboard shows. */
public record LeaderboardPage(
    List<Ranking> rankings,
    MarketFigures figures,
    List<Week> weeks,
    List<Tally> busiestCategories,
    List<Tally> busiestPlaces,
    List<Trade> trades,
    Categories categories,
    Places places,
    Map<Long, Person> people,
    Map<Long, Reputation> reputations) {

  /**
   * One board.
   *
   * @param unit what its scores are called; empty for stars, which come in hundredths
   */
  public record Ranking(String title, String unit, List<Standing> standings) {

    /** Returns the width of a score's bar: 100 for the first. */
    public long share(Standing standing) {
      long first = standings.isEmpty() ? 1 : standings.get(0).score();
      return Math.round(100.0 * standing.score() / Math.max(1, first));
    }
  }

  public Person person(long id) {
    return Objects.requireNonNull(people.get(id));
  }

  public double stars(long id) {
    return Objects.requireNonNull(reputations.get(id)).stars();
  }

  /** Returns the height of a week's bar in percent of the highest. */
  public long height(Week week) {
    long highest = weeks.stream().mapToLong(Week::trades).max().orElse(1);
    return Math.round(100.0 * week.trades() / Math.max(1, highest));
  }

  public long share(Tally tally, List<Tally> all) {
    return Math.round(100.0 * tally.trades() / Math.max(1, all.get(0).trades()));
  }
}
