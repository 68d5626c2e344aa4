package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CacheStatistics;
import dev.forebay.marketplace.people.Board;
import dev.forebay.marketplace.people.Leaderboard;
import dev.forebay.marketplace.people.Standing;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A cached aggregate: nobody waits for it, neither when it is out of date nor while it is computed. */
@ResourceLock(Market.BUSY)
@Tag("C6")
@Tag("C15")
class LeaderboardTest {

  private static final int READERS = 8;

  private final Market market = Market.busy();
  private final Leaderboard leaderboard = market.bean(Leaderboard.class);

  @Test
  void an_outdated_board_is_shown_at_once_while_one_reader_has_it_computed() throws Exception {
    Standing before = first();
    try (Connection other = market.bean(DataSource.class).getConnection();
        Statement statement = other.createStatement()) {
      giveFiveTradesTo(before.userId(), statement);
      other.setAutoCommit(false);
      holdUpWhoComputes(statement);

      ExecutorService readers = Executors.newFixedThreadPool(READERS);
      try {
        List<Future<Standing>> read = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
          read.add(readers.submit(this::first));
        }
        for (Future<Standing> answer : read) {
          assertThat(answer.get()).isEqualTo(before);
        }
      } finally {
        readers.shutdown();
      }
      assertThat(heldUp(statement)).isEqualTo(1);
      other.rollback();
    }
    patiently().until(() -> first().score() == before.score() + 5);
  }

  @Test
  void a_board_that_takes_long_is_computed_anew_before_it_is_out_of_date() throws Exception {
    long computed;
    first();
    try (Connection other = market.bean(DataSource.class).getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      holdUpWhoComputes(statement);
      statement.execute("select pg_sleep(2)"); // that is what it takes this time
      computed = boards().refreshes();
      other.rollback();
    }
    patiently().until(() -> boards().refreshes() > computed);
    CacheStatistics fresh = boards();

    patiently().until(() -> {
      first();
      return boards().refreshes() > fresh.refreshes();
    });

    assertThat(boards().staleServed()).isEqualTo(fresh.staleServed());
  }

  /** Reads until the board is out of date and somebody computes it, who has to wait. */
  private void holdUpWhoComputes(Statement statement) throws SQLException {
    statement.execute("lock table trades in access exclusive mode");
    patiently().until(() -> {
      first();
      return heldUp(statement) > 0;
    });
  }

  private static int heldUp(Statement statement) throws SQLException {
    try (ResultSet locks = statement.executeQuery(
        "select count(*) from pg_locks where not granted and relation = 'trades'::regclass")) {
      locks.next();
      return locks.getInt(1);
    }
  }

  /** Changes the source behind the application's back. */
  private static void giveFiveTradesTo(long person, Statement statement) throws SQLException {
    statement.execute("update trades set buyer_id = " + person
        + " where id in (select id from trades where " + person
        + " not in (seller_id, buyer_id) order by id limit 5)");
  }

  private Standing first() {
    return leaderboard.board(Board.TRADES).get(0);
  }

  private CacheStatistics boards() {
    return market.cache("boards");
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10));
  }
}
