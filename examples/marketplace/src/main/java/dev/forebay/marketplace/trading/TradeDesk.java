package dev.forebay.marketplace.trading;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.ItemCard;
import dev.forebay.marketplace.catalog.ItemEditor;
import dev.forebay.marketplace.people.Purses;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** Where items change hands: item, credits and the record of the trade in one transaction. */
@Service
public class TradeDesk {

  private final ItemEditor items;
  private final Purses purses;
  private final TradeQueries queries;
  private final Trading trading;
  private final TransactionOperations transactions;

  TradeDesk(
      ItemEditor items,
      Purses purses,
      TradeQueries queries,
      Trading trading,
      TransactionOperations transactions) {
    this.items = items;
    this.purses = purses;
    this.queries = queries;
    this.trading = trading;
    this.transactions = transactions;
  }

  /**
   * Sells an item to a buyer, at its price.
   *
   * @throws dev.forebay.marketplace.catalog.NoSuchItem if there is none
   * @throws dev.forebay.marketplace.catalog.ItemTraded if somebody else was faster
   * @throws dev.forebay.marketplace.people.NoSuchPerson if there is no such buyer
   * @throws dev.forebay.marketplace.people.NotEnoughCredits if the buyer cannot pay
   * @throws InvalidInput if it is the buyer's own
   */
  public Trade trade(long itemId, long buyer) {
    return trade(itemId, buyer, null);
  }

  /**
   * Sells an item to a buyer who was shown a price, as {@link #trade} does.
   *
   * @throws InvalidInput if that is no longer its price, too
   */
  public Trade tradeAt(int price, long itemId, long buyer) {
    return trade(itemId, buyer, Integer.valueOf(price));
  }

  private Trade trade(long itemId, long buyer, @Nullable Integer shownPrice) {
    return Objects.requireNonNull(transactions.execute(transaction -> {
      ItemCard item = items.handOver(itemId);
      if (shownPrice != null && shownPrice != item.price()) {
        throw new InvalidInput(
            "price",
            "The price has changed to %d credits meanwhile. Look again before you buy."
                .formatted(item.price()));
      }
      if (item.sellerId() == buyer) {
        throw new InvalidInput("buyer", "Nobody can buy what is their own. Name another buyer.");
      }
      purses.move(buyer, item.sellerId(), item.price());
      trading.evictAfterCommit(item.sellerId(), buyer);
      return new Trade(
          itemId,
          item.title(),
          item.categoryId(),
          item.sellerId(),
          buyer,
          item.price(),
          queries.record(itemId, item.sellerId(), buyer, item.price()));
    }));
  }
}
