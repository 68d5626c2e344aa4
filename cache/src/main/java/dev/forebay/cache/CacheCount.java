package dev.forebay.cache;

/** What is counted of a cache. */
enum CacheCount {
  HITS("hits"),
  MISSES("misses"),
  LOADS("loads"),
  LOAD_FAILURES("load_failures"),
  LOAD_NANOS("load_nanos"),
  PUTS("puts"),
  DELETIONS("deletions"),
  FAILURES("failures"),
  CORRUPTIONS("corruptions"),
  STALE_SERVED("stale_served"),
  REFRESHES("refreshes"),
  WAITS("waits"),
  REFUSALS("refusals"),
  NEGATIVES("negatives"),
  EXPIRED_LATELY("expired_lately");

  private final String field;

  CacheCount(String field) {
    this.field = field;
  }

  /** Returns the name of the count in Redis, which must never change. */
  String field() {
    return field;
  }
}
