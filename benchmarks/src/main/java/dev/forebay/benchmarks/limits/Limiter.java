package dev.forebay.benchmarks.limits;

/** What the suite asks of a rate limiter. Safe for concurrent use. */
interface Limiter extends AutoCloseable {

  /** Takes one permit of a key, or none; returns whether it did. Waits for Redis, not for a permit. */
  boolean tryAcquire(String key) throws Exception;

  @Override
  void close();
}
