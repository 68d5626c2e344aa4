package dev.forebay.marketplace.database;

import dev.forebay.embedded.OrphanGuard;
import dev.forebay.embedded.OrphanGuard.Signal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A real PostgreSQL 18 as a child process, tuned to be thrown away: a crash of the machine may lose what it holds. */
final class EmbeddedDatabase implements AutoCloseable {

  private final EmbeddedPostgres postgres;
  private final OrphanGuard guard;

  private EmbeddedDatabase(EmbeddedPostgres postgres, OrphanGuard guard) {
    this.guard = guard;
    this.postgres = postgres;
  }

  /** Blocks until the server accepts connections: a second or two, longer when its files are unpacked for the first time. */
  static EmbeddedDatabase start() {
    try {
      Path folder = Files.createTempDirectory("forebay-marketplace-postgres-");
      // Ends the server and deletes its files even if this JVM is killed.
      OrphanGuard guard = OrphanGuard.watch(folder.resolve("postmaster.pid"), folder, Signal.INT);
      EmbeddedPostgres postgres = EmbeddedPostgres.builder()
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
          .setServerConfig("maintenance_work_mem", "128MB")
          .setServerConfig("jit", "off")
          .setServerConfig("max_connections", "50")
          .start();
      return new EmbeddedDatabase(postgres, guard);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The embedded PostgreSQL did not start: " + e.getMessage()
              + ". Set DATABASE_URL=postgresql://user:password@host:5432/database to use your own.",
          e);
    }
  }

  DatabaseUrl url() {
    return new DatabaseUrl(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null);
  }

  @Override
  public void close() throws IOException {
    try {
      postgres.close();
    } finally {
      guard.release();
    }
  }
}
