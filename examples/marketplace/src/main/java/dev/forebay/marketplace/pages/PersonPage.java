package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Place;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Rating;
import dev.forebay.marketplace.people.Reputation;
import dev.forebay.marketplace.storefront.Offer;
import dev.forebay.marketplace.trading.AnswerHabit;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.TradeTotals;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the page of a person shows. */
public record PersonPage(
    Person person,
    Place place,
    Reputation reputation,
    TradeTotals totals,
    AnswerHabit answers,
    long rank,
    List<Offer> offers,
    long offersInAll,
    List<Rating> ratings,
    List<Trade> trades,
    Map<Long, Person> people) {

  public Person person(long id) {
    return Objects.requireNonNull(people.get(id));
  }

  /** Returns the other side of a trade. */
  public Person partner(Trade trade) {
    return person(trade.sellerId() == person.id() ? trade.buyerId() : trade.sellerId());
  }

  public boolean sold(Trade trade) {
    return trade.sellerId() == person.id();
  }
}
