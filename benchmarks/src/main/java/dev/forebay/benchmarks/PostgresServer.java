package dev.forebay.benchmarks;

import dev.forebay.embedded.OrphanGuard;
import dev.forebay.embedded.OrphanGuard.Signal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A PostgreSQL for the contestants that need one, as a child process. It promises what the Redis
 * beside it does: nothing over a crash, or with an append-only file all but the last moment.
 */
final class PostgresServer implements AutoCloseable {

  private static final String DATABASE = "postgres";
  private static final String USER = "postgres";

  private final EmbeddedPostgres postgres;
  private final OrphanGuard guard;
  private final ProcessHandle postmaster;

  private PostgresServer(EmbeddedPostgres postgres, OrphanGuard guard, ProcessHandle postmaster) {
    this.postgres = postgres;
    this.guard = guard;
    this.postmaster = postmaster;
  }

  /** Blocks until it accepts connections: a second or two, longer when it is unpacked first. */
  static PostgresServer start(boolean survivesCrashes) throws IOException {
    Path folder = Files.createTempDirectory("forebay-benchmarks-postgres-");
    Path pid = folder.resolve("postmaster.pid");
    OrphanGuard guard = OrphanGuard.watch(pid, folder, Signal.INT);
    EmbeddedPostgres postgres = EmbeddedPostgres.builder()
        .setDataDirectory(folder)
        .setCleanDataDirectory(true)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofSeconds(60))
        .setServerConfig("fsync", survivesCrashes ? "on" : "off")
        .setServerConfig("full_page_writes", survivesCrashes ? "on" : "off")
        .setServerConfig("synchronous_commit", "off")
        .setServerConfig("shared_buffers", "256MB")
        .setServerConfig("max_connections", "300")
        .start();
    long postmaster = Long.parseLong(Files.readAllLines(pid).get(0).strip());
    return new PostgresServer(postgres, guard, ProcessHandle.of(postmaster).orElseThrow());
  }

  /** Makes an empty schema, and returns its address. */
  String emptySchema(String name) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
      statement.execute("CREATE SCHEMA " + name);
    } catch (SQLException e) {
      throw new ContestantException("PostgreSQL makes no schema: " + e.getMessage(), e);
    }
    return postgres.getJdbcUrl(USER, DATABASE) + "&currentSchema=" + name;
  }

  /** Returns the CPU of all processes that run; those that ended meanwhile are not counted. */
  long cpuNanos() {
    return Stream.concat(Stream.of(postmaster), postmaster.descendants())
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .mapToLong(Duration::toNanos)
        .sum();
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new ContestantException("PostgreSQL does not end: " + e.getMessage(), e);
    } finally {
      guard.release();
    }
  }
}
