package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.testing.Gate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/** What a transaction changes is never served from before it, however it ends and whoever reads meanwhile. */
@ResourceLock(Market.BUSY)
@Timeout(120)
@Tag("C5")
class AfterCommitTest {

  private static final AtomicLong items = new AtomicLong(42);
  private static final ExecutorService reader = Executors.newCachedThreadPool();

  private static final Market market = Market.busy();
  private static final Cache<Long, Integer> prices = market
      .bean(Forebay.class)
      .cache("prices-in-test")
      .key("price-in-test:{id}", Long.class)
      .value(Integer.class)
      .tags(id -> List.of("all"))
      .ttl(TtlClass.SHORT)
      .build();

  /** Of each test alone: one leaves a block behind, as a process does that dies. */
  private final long item = items.getAndIncrement();

  private final JdbcClient jdbc = market.bean(JdbcClient.class);
  private final TransactionOperations transactions = market.bean(TransactionOperations.class);

  @AfterAll
  static void stop() {
    reader.shutdown();
  }

  @Test
  void a_reader_between_change_and_commit_leaves_nothing_outdated() {
    int before = cached();
    transactions.executeWithoutResult(transaction -> {
      changeUnseen(before);
      assertThat(elsewhere(() -> prices.exists(item))).isFalse();
    });
    assertThat(cached()).isEqualTo(before + 1);
    assertThat(prices.exists(item)).isTrue();
  }

  @Test
  void a_reader_who_is_slower_than_the_commit_leaves_nothing_outdated() {
    int before = source();
    Gate begun = new Gate();
    Gate committed = new Gate();
    prices.delete(item);
    CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(
        () -> prices.getOrLoad(item, id -> {
          int read = source();
          begun.open();
          committed.awaitOpen();
          return read;
        }),
        reader);
    begun.awaitOpen();
    transactions.executeWithoutResult(transaction -> {
      AfterCommit.evict(prices, List.of(item));
      change(before + 1);
    });
    assertThat(cached()).isEqualTo(before + 1);
    committed.open();

    assertThat(slow.join()).isEqualTo(before);
    assertThat(cached()).isEqualTo(before + 1);
  }

  @Test
  void after_a_rollback_the_cache_is_right_and_caches_again() {
    int before = cached();
    transactions.executeWithoutResult(transaction -> {
      changeUnseen(before);
      transaction.setRollbackOnly();
    });
    assertThat(prices.exists(item)).isFalse();
    assertThat(cached()).isEqualTo(before);
    assertThat(prices.exists(item)).isTrue();
  }

  @Test
  void where_nobody_knows_how_it_ended_the_entry_goes_and_the_cache_caches_again() {
    int before = cached();
    inTransactionOfNoEnd(() -> {
      AfterCommit.evict(prices, List.of(item));
      AfterCommit.outdate(prices, List.of("all"));
      changeElsewhere(before + 1); // as by a database whose answer was lost
      TransactionSynchronizationUtils.invokeAfterCompletion(
          TransactionSynchronizationManager.getSynchronizations(),
          TransactionSynchronization.STATUS_UNKNOWN);
    });
    assertThat(cached()).isEqualTo(before + 1);
    assertThat(prices.exists(item)).isTrue();
  }

  @Test
  void a_process_that_dies_right_after_the_commit_leaves_nothing_outdated() {
    int before = cached();
    inTransactionOfNoEnd(() -> {
      AfterCommit.evict(prices, List.of(item));
      assertThat(elsewhere(this::cached)).isEqualTo(before);
      changeElsewhere(before + 1);
    });
    assertThat(cached()).isEqualTo(before + 1);
  }

  @Test
  void what_is_tagged_is_outdated_by_a_commit_and_not_by_a_rollback() {
    int before = cached();
    transactions.executeWithoutResult(transaction -> {
      AfterCommit.outdate(prices, List.of("all"));
      change(before + 1);
      transaction.setRollbackOnly();
    });
    long misses = prices.statistics().misses();
    assertThat(cached()).isEqualTo(before);
    assertThat(prices.statistics().misses()).isEqualTo(misses);

    transactions.executeWithoutResult(transaction -> {
      AfterCommit.outdate(prices, List.of("all"));
      change(before + 1);
      prices.delete(item);
      assertThat(elsewhere(this::cached)).isEqualTo(before); // cached, with the epoch from before
    });
    assertThat(cached()).isEqualTo(before + 1);
  }

  @Test
  void outside_a_transaction_it_is_refused() {
    assertThatThrownBy(() -> AfterCommit.evict(prices, List.of(item)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no transaction after which cache 'prices-in-test'");
    assertThatThrownBy(() -> AfterCommit.outdate(prices, List.of("all")))
        .isInstanceOf(IllegalStateException.class);
  }

  private int cached() {
    return prices.getOrLoad(item, id -> source());
  }

  private int source() {
    return jdbc.sql("select price from items where id = :id")
        .param("id", item)
        .query(Integer.class)
        .single();
  }

  /** Changes a price in a transaction, where nobody else sees it until the commit. */
  private void changeUnseen(int before) {
    AfterCommit.evict(prices, List.of(item));
    change(before + 1);
    assertThat(elsewhere(this::cached)).isEqualTo(before);
  }

  private void change(int price) {
    jdbc.sql("update items set price = :price where id = :id")
        .param("price", price)
        .param("id", item)
        .update();
  }

  /** Of whose end nobody is left to tell Redis. */
  private static void inTransactionOfNoEnd(Runnable steps) {
    TransactionSynchronizationManager.initSynchronization();
    try {
      steps.run();
    } finally {
      TransactionSynchronizationManager.clearSynchronization();
    }
  }

  private void changeElsewhere(int price) {
    CompletableFuture.runAsync(() -> change(price), reader).join();
  }

  private static <T> T elsewhere(Supplier<T> read) {
    return CompletableFuture.supplyAsync(read, reader).join();
  }
}
