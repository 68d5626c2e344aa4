package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.PriceChange;
import dev.forebay.marketplace.catalog.PriceFigures;
import dev.forebay.marketplace.people.Person;
import dev.forebay.marketplace.people.Rating;
import dev.forebay.marketplace.storefront.Offer;
import dev.forebay.marketplace.trading.Question;
import dev.forebay.marketplace.trading.TradeTotals;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the page of an item shows. */
public record ItemPage(
    Offer offer,
    String description,
    PriceFigures prices,
    List<PriceChange> priceChanges,
    TradeTotals sellerTotals,
    List<Question> questions,
    List<Rating> ratings,
    List<Offer> similar,
    List<Offer> ofSeller,
    Map<Long, Person> people) {

  public Person person(long id) {
    return Objects.requireNonNull(people.get(id));
  }

  /** Compares the price with others of its kind. */
  public String comparison() {
    if (prices.items() < 5 || prices.median() == 0) {
      return "";
    }
    long percent = Math.round(100.0 * offer.card().price() / prices.median()) - 100;
    return percent == 0
        ? "Right at the usual price"
        : Math.abs(percent) + "% " + (percent < 0 ? "below" : "above") + " the usual "
            + prices.median();
  }

  /** Returns where the price stands between the lowest and the highest of its kind, 0 to 100, on a logarithmic scale. */
  public long position() {
    return position(offer.card().price());
  }

  public long medianPosition() {
    return position(prices.median());
  }

  private long position(int price) {
    double low = Math.log(prices.lowest() + 1.0);
    double high = Math.log(prices.highest() + 1.0);
    double share = high == low ? 0.5 : (Math.log(price + 1.0) - low) / (high - low);
    return Math.round(100 * Math.min(1, Math.max(0, share)));
  }
}
