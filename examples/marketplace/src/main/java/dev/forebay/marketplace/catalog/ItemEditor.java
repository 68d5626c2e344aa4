package dev.forebay.marketplace.catalog;

import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** Changes items: first the row, and once that is committed the cached copies go, so the next read sees the change. */
@Service
public class ItemEditor {

  private final ItemQueries queries;
  private final Catalog catalog;
  private final TransactionOperations transactions;

  ItemEditor(ItemQueries queries, Catalog catalog, TransactionOperations transactions) {
    this.queries = queries;
    this.catalog = catalog;
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
      ItemCard before = queries.lock(id);
      if (!before.available()) {
        throw new ItemTraded(id);
      }
      String title = change.title() == null ? before.title() : change.title();
      int price = change.price() == null ? before.price() : change.price();
      queries.update(id, title, price);
      if (price != before.price()) {
        queries.recordPriceChange(id, before.price(), price);
      }
    });
    catalog.forget(id);
  }
}
