package dev.forebay.benchmarks.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.embedded.OrphanGuard;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The PostgreSQL of this JVM's contestants, started when the first asks for it. It ends with the JVM.
 */
final class Postgres {

  static final String CONFIGURATION =
      "PostgreSQL 18 that waits for no disk (`fsync` and `synchronous_commit` off, as Redis without"
          + " `appendfsync always`), 256 MB of buffers, HikariCP of 20";

  private static final int CONNECTIONS = 20;

  private final EmbeddedPostgres server;
  private final long pid;

  private Postgres() throws IOException {
    Path folder = Files.createTempDirectory("forebay-benchmarks-postgres-");
    Path pidFile = folder.resolve("postmaster.pid");
    // Nobody closes the contestant's JVM: the guard ends the server after it.
    var unused = OrphanGuard.watch(pidFile, folder, OrphanGuard.Signal.INT);
    server = EmbeddedPostgres.builder()
        .setDataDirectory(folder)
        .setCleanDataDirectory(true)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofSeconds(60))
        .setServerConfig("fsync", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("synchronous_commit", "off")
        .setServerConfig("wal_level", "minimal")
        .setServerConfig("max_wal_senders", "0")
        .setServerConfig("max_wal_size", "4GB")
        .setServerConfig("shared_buffers", "256MB")
        .setServerConfig("jit", "off")
        .setServerConfig("max_connections", "50")
        .start();
    try (Stream<String> lines = Files.lines(pidFile)) {
      pid = Long.parseLong(lines.findFirst().orElseThrow().strip());
    }
  }

  private static final class Shared {
    static final Postgres SERVER = start();

    private static Postgres start() {
      try {
        return new Postgres();
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL does not start", e);
      }
    }
  }

  static Postgres shared() {
    return Shared.SERVER;
  }

  HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
    config.setUsername("postgres");
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  /** What the server has used so far, all its processes together. */
  Map<String, Long> counts() {
    Duration cpu = ProcessHandle.of(pid).stream()
        .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
    return Map.of("PostgreSQL µs", cpu.toNanos() / 1_000);
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
