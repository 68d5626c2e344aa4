package dev.forebay.marketplace.catalog;

import dev.forebay.marketplace.catalog.SearchTags.Cause;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** Changes items. Cached copies, and lists that could show the item, are out of use when the change is committed. */
@Service
public class ItemEditor {

  private final ItemQueries queries;
  private final Catalog catalog;
  private final Searches searches;
  private final TransactionOperations transactions;

  ItemEditor(
      ItemQueries queries, Catalog catalog, Searches searches, TransactionOperations transactions) {
    this.queries = queries;
    this.catalog = catalog;
    this.searches = searches;
    this.transactions = transactions;
  }

  /**
   * Changes an item, and notes a new price in its history.
   *
   * @throws NoSuchItem if there is none
   * @throws ItemTraded if it is no longer on offer
   */
  public void change(long id, ItemChange change) {
    transactions.executeWithoutResult(transaction -> {
      ItemCard before = lockOnOffer(id);
      String title = change.title() == null ? before.title() : change.title();
      int price = change.price() == null ? before.price() : change.price();
      catalog.evictAfterCommit(before);
      if (price != before.price()) {
        searches.outdateAfterCommit(before, Cause.PRICE);
        queries.recordPriceChange(id, before.price(), price);
      }
      if (!title.equals(before.title())) {
        searches.outdateAfterCommit(before, Cause.WORDS);
      }
      queries.update(id, title, price);
    });
  }

  /**
   * Takes an item off the market, in the transaction of the caller.
   *
   * @return the item as it was on offer
   * @throws NoSuchItem if there is none
   * @throws ItemTraded if it is no longer on offer
   */
  public ItemCard handOver(long id) {
    ItemCard item = lockOnOffer(id);
    catalog.evictTradedAfterCommit(item);
    searches.outdateAfterCommit(item, Cause.OFFER);
    queries.markTraded(id);
    return item;
  }

  private ItemCard lockOnOffer(long id) {
    ItemCard item = queries.lock(id);
    if (!item.available()) {
      throw new ItemTraded(id);
    }
    return item;
  }
}
