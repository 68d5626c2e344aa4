package dev.forebay.redis;

/**
 * A kind of data with needs of its own. Workloads are kept apart: by default in a database each of
 * one server, by configuration on servers of their own.
 */
public enum Workload {
  /** Entries that may be lost at any time: the only workload whose server may evict. */
  CACHE(0),
  /** Jobs: nothing may be lost. */
  QUEUE(1),
  /** Sessions: nothing may be lost before it expires. */
  SESSION(2),
  /** Rate limits: an eviction would reset them. */
  LIMITS(3);

  private final int databaseOffset;

  Workload(int databaseOffset) {
    this.databaseOffset = databaseOffset;
  }

  /** Returns how far this workload's database is from the first one. */
  int databaseOffset() {
    return databaseOffset;
  }
}
