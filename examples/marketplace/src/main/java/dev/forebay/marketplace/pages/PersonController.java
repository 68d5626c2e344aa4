package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.people.NoSuchPerson;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Rating;
import dev.forebay.marketplace.storefront.Storefront;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.Trading;
import dev.forebay.marketplace.web.RequestText;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.servlet.ModelAndView;

/** One person: what they offer, and what others say of them. */
@Controller
class PersonController {

  private final Catalog catalog;
  private final Storefront storefront;
  private final People people;
  private final Trading trading;

  PersonController(Catalog catalog, Storefront storefront, People people, Trading trading) {
    this.catalog = catalog;
    this.storefront = storefront;
    this.people = people;
    this.trading = trading;
  }

  @GetMapping("/users/{id}")
  ModelAndView person(@PathVariable("id") String text) {
    long id = RequestText.id(text)
        .orElseThrow(() -> new NoSuchPerson("'" + RequestText.shown(text) + "'"));
    Person person = people.person(id);
    List<Rating> ratings = people.ratings(id);
    List<Trade> trades = trading.latestOf(id);
    Set<Long> partners = LongStream.concat(
            ratings.stream().mapToLong(Rating::raterId),
            trades.stream()
                .flatMapToLong(trade -> LongStream.of(trade.sellerId(), trade.buyerId())))
        .boxed()
        .collect(Collectors.toSet());
    return new ModelAndView(
        "person",
        "page",
        new PersonPage(
            person,
            catalog.places().byId(person.placeId()),
            people.reputation(id),
            trading.totals(id),
            trading.answerHabit(id),
            people.rankByTrades(id),
            storefront.offers(catalog.ofSeller(id)),
            catalog.countOfSeller(id),
            ratings,
            trades,
            people.people(partners)));
  }
}
