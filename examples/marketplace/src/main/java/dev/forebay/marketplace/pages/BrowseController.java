package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Categories;
import dev.forebay.marketplace.catalog.Facet;
import dev.forebay.marketplace.catalog.Filter;
import dev.forebay.marketplace.catalog.Listing;
import dev.forebay.marketplace.catalog.Places;
import dev.forebay.marketplace.catalog.Searches;
import dev.forebay.marketplace.people.Board;
import dev.forebay.marketplace.people.Leaderboard;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Standing;
import dev.forebay.marketplace.storefront.Storefront;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.Trading;
import dev.forebay.marketplace.web.Search;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;

/** Search and browse. */
@Controller
class BrowseController {

  private static final int LEADERS = 5;

  private final Catalog catalog;
  private final Searches searches;
  private final Storefront storefront;
  private final People people;
  private final Leaderboard leaderboard;
  private final Trading trading;

  BrowseController(
      Catalog catalog,
      Searches searches,
      Storefront storefront,
      People people,
      Leaderboard leaderboard,
      Trading trading) {
    this.catalog = catalog;
    this.searches = searches;
    this.leaderboard = leaderboard;
    this.storefront = storefront;
    this.people = people;
    this.trading = trading;
  }

  @GetMapping("/")
  ModelAndView browse(@RequestParam Map<String, String> parameters) {
    Categories categories = catalog.categories();
    Places places = catalog.places();
    Search search = Search.read(parameters, categories, places);
    Filter filter = search.filter();
    long total = searches.count(filter);
    long pages = Math.min(Listing.LAST_PAGE, (total + Listing.PAGE_SIZE - 1) / Listing.PAGE_SIZE);
    if (search.page() > Math.max(1, pages)) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    List<Trade> trades = trading.latest();
    List<Standing> leaders =
        leaderboard.board(Board.TRADES).stream().limit(LEADERS).toList();
    return new ModelAndView(
        "browse",
        "page",
        new BrowsePage(
            search,
            storefront.offers(searches.ids(search.listing())),
            total,
            pages,
            categories,
            places,
            searches.countBy(Facet.CATEGORY, filter),
            searches.countBy(Facet.PLACE, filter),
            searches.countBy(Facet.CONDITION, filter),
            searches.priceFigures(filter),
            trades,
            leaders,
            people.people(idsOf(trades, leaders))));
  }

  private static Set<Long> idsOf(List<Trade> trades, List<Standing> leaders) {
    return LongStream.concat(
            trades.stream()
                .flatMapToLong(trade -> LongStream.of(trade.sellerId(), trade.buyerId())),
            leaders.stream().mapToLong(Standing::userId))
        .boxed()
        .collect(Collectors.toSet());
  }
}
