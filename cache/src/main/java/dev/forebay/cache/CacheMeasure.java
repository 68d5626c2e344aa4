package dev.forebay.cache;

/** What is measured of a cache, as a {@link Distribution}. */
enum CacheMeasure {
  READ_MICROS("read_micros"),
  LOAD_MICROS("load_micros"),
  BYTES_READ("bytes_read"),
  BYTES_WRITTEN("bytes_written");

  private final String field;

  CacheMeasure(String field) {
    this.field = field;
  }

  /** Returns the name of the measure in Redis, which must never change. */
  String field() {
    return field;
  }
}
