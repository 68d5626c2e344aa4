package dev.forebay.marketplace.api;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.TradeDesk;
import dev.forebay.marketplace.web.RequestText;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Trades items. The API asks nobody who they are, so the buyer is whoever is named. */
@RestController
class TradesApi {

  private final TradeDesk desk;
  private final ApiChanges changes;

  TradesApi(TradeDesk desk, ApiChanges changes) {
    this.desk = desk;
    this.changes = changes;
  }

  /**
   * A trade that was made.
   *
   * @param price in credits
   * @param tradedAt in UTC, ISO 8601
   */
  record Done(long item, String title, long seller, long buyer, int price, String tradedAt) {}

  @PostMapping(path = "/api/items/{id}/trade", consumes = "application/json")
  @ResponseStatus(HttpStatus.CREATED)
  Done trade(@PathVariable("id") String text, @RequestBody JsonNode body) {
    changes.require();
    Trade trade = desk.trade(RequestText.requireId(text), buyer(body));
    return new Done(
        trade.itemId(),
        trade.itemTitle(),
        trade.sellerId(),
        trade.buyerId(),
        trade.price(),
        trade.tradedAt().toString());
  }

  private static long buyer(JsonNode body) {
    if (!body.isObject() || !List.copyOf(body.propertyNames()).equals(List.of("buyer"))) {
      throw new InvalidInput("body", "The body must be an object such as {\"buyer\": 7}.");
    }
    JsonNode buyer = body.get("buyer");
    if (buyer == null || !buyer.isIntegralNumber() || !buyer.canConvertToLong()) {
      throw new InvalidInput(
          "buyer", "The buyer must be the id of a person, was " + RequestText.shown(buyer) + ".");
    }
    return buyer.longValue();
  }
}
