package dev.forebay.benchmarks.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.benchmarks.Stage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the queues in PostgreSQL share. */
final class Postgres {

  static final String CONFIGURATION = "PostgreSQL 18 that loses in a crash what Redis beside it"
      + " loses (`synchronous_commit` off), 256 MB of buffers, HikariCP of 20";

  /** Workers, callers and whoever looks for jobs. */
  private static final int CONNECTIONS = 20;

  private Postgres() {}

  static HikariDataSource pool(Stage stage) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(stage.jdbcUrl());
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  static void execute(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  static long count(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
