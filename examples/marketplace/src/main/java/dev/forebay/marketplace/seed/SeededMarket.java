package dev.forebay.marketplace.seed;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.stereotype.Component;

/**
 * Seeds an empty database before the first request is accepted. One transaction: a seed that was cut off leaves the
 * database empty, and the next start seeds again. Of several instances that start at once, one seeds.
 */
@Component
@DependsOnDatabaseInitialization
@EnableConfigurationProperties(SeedSettings.class)
final class SeededMarket implements SmartInitializingSingleton {

  private static final Logger log = LoggerFactory.getLogger(SeededMarket.class);
  private static final long SEED_LOCK =
      0x666f7265; // any number that no other lock of this database uses

  private final DataSource database;
  private final SeedSettings settings;

  SeededMarket(DataSource database, SeedSettings settings) {
    this.database = database;
    this.settings = settings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(" + SEED_LOCK + ")");
      if (isEmpty(statement)) {
        seed(connection);
        connection.commit();
        connection.setAutoCommit(true);
        statement.execute("vacuum (analyze)");
      } else {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "The empty database could not be seeded: " + e.getMessage()
              + ". Nothing was kept; mend it and start again.",
          e);
    }
  }

  private void seed(Connection connection) throws SQLException {
    long start = System.nanoTime();
    Progress progress = new Progress(System.out, Progress.isWatched(), MarketSeed.steps(settings));
    new MarketSeed(connection, settings, Instant.now(), progress).write();
    progress.finish();
    log.info(
        "Seeded {} items on offer, {} people and {} trades in {} s",
        settings.items(),
        settings.people(),
        settings.trades(),
        String.format(
            Locale.ROOT, "%.1f", Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0));
  }

  private static boolean isEmpty(Statement statement) throws SQLException {
    try (ResultSet any = statement.executeQuery(
        "select exists (select 1 from users) or exists (select 1 from items)")) {
      any.next();
      return !any.getBoolean(1);
    }
  }
}
