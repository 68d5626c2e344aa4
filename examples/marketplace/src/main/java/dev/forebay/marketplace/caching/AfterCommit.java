package dev.forebay.marketplace.caching;

import dev.forebay.cache.Cache;
import dev.forebay.cache.PendingInvalidation;
import java.util.Collection;
import java.util.List;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Invalidates what the present transaction changes, once it has ended: committed, rolled back, or nobody knows. To be
 * called within the transaction and before the change.
 */
public final class AfterCommit {

  private AfterCommit() {}

  /**
   * Evicts entries. They go at once, and nothing is cached for them until the transaction has ended: who reads them
   * meanwhile has what is committed, from the source. So even if this process dies between the commit and its last
   * word to Redis, nothing outdated is left. Two round trips now, one at the end.
   *
   * @throws IllegalStateException outside a transaction
   */
  public static <K> void evict(Cache<K, ?> cache, Collection<? extends K> keys) {
    requireTransaction(cache);
    PendingInvalidation pending = cache.beginInvalidation(keys);
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCompletion(int status) {
        pending.close();
      }
    });
  }

  /**
   * Outdates the entries that have one of the tags. Nothing needs to be blocked for it: what a reader caches between
   * the change and the commit carries the epoch from before, and is outdated too. One round trip at the end, none if
   * the transaction was rolled back, as nobody saw its change.
   *
   * @throws IllegalStateException outside a transaction
   */
  public static void outdate(Cache<?, ?> cache, Collection<String> tags) {
    requireTransaction(cache);
    List<String> outdated = List.copyOf(tags);
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCompletion(int status) {
        if (status != STATUS_ROLLED_BACK) {
          cache.deleteTagged(outdated);
        }
      }
    });
  }

  private static void requireTransaction(Cache<?, ?> cache) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      throw new IllegalStateException(
          "There is no transaction after which cache '%s' could be invalidated. Begin one around the change, or delete when the change is made."
              .formatted(cache.name()));
    }
  }
}
