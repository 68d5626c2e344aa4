package dev.forebay.benchmarks;

import org.jspecify.annotations.Nullable;

/** The servers that the contestants of a suite share, and their meters. For one thread. */
final class Servers implements AutoCloseable {

  /** How many databases a contestant has: one for each workload of ours. */
  static final int DATABASES = 4;

  private final String redisUri;
  private final RedisMeter redis;
  private final @Nullable PostgresServer postgres;

  /**
   * Connects its meters.
   *
   * @param redisUri {@code redis://127.0.0.1:port}
   * @param postgres is not closed here
   */
  Servers(String redisUri, @Nullable PostgresServer postgres) {
    this.redisUri = redisUri;
    this.redis = new RedisMeter(redisUri);
    this.postgres = postgres;
  }

  RedisMeter redis() {
    return redis;
  }

  /** Empties what is a contestant's own, and returns where it is. */
  Address empty(int team) {
    int first = team * DATABASES;
    for (int i = 0; i < DATABASES; i++) {
      redis.empty(first + i);
    }
    return new Address(
        redisUri + "/" + first, postgres == null ? null : postgres.emptySchema("team" + team));
  }

  /** Returns how many bytes Redis holds of a contestant. */
  double bytesOf(int team) {
    double bytes = 0;
    for (int i = 0; i < DATABASES; i++) {
      bytes += redis.bytesIn(team * DATABASES + i);
    }
    return bytes;
  }

  /** Returns the CPU that PostgreSQL used so far; 0 if there is none. */
  long postgresCpuNanos() {
    return postgres == null ? 0 : postgres.cpuNanos();
  }

  @Override
  public void close() {
    redis.close();
  }
}
