package dev.forebay.cache;

import dev.forebay.redis.spi.StableHash;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Remembers when entries expire that this instance wrote, so that a miss can be told from one that a
 * longer time to live would have avoided. Bounded: of entries that fall on one of 4,096 places the
 * latest is remembered, in 64 KiB. Safe for concurrent use, without locks: a race forgets an entry.
 */
final class RecentWrites {

  private static final int PLACES = 4_096;

  private final LongSupplier millis;
  private final AtomicLongArray marks = new AtomicLongArray(PLACES);
  private final AtomicLongArray ends = new AtomicLongArray(PLACES);

  /** @param millis a clock that never goes back, from 1 on */
  RecentWrites(LongSupplier millis) {
    this.millis = millis;
  }

  /** An entry was written at {@code since}, to expire {@code ttlMillis} later. */
  void written(String entry, long ttlMillis, long since) {
    long hash = hash(entry);
    int place = placeOf(hash);
    marks.set(place, 0);
    ends.set(place, since + ttlMillis);
    marks.set(place, markOf(hash, ttlMillis));
  }

  /** An entry was deleted: that it is missing tells nothing. */
  void deleted(String entry) {
    marks.set(placeOf(hash(entry)), 0);
  }

  /** Returns whether an entry that is missing expired within one more time to live; once for each. */
  boolean hasExpiredLately(String entry) {
    long hash = hash(entry);
    int place = placeOf(hash);
    long mark = marks.get(place);
    long end = ends.get(place);
    long ttlMillis = mark & 0xFFFF_FFFFL;
    if (mark == 0 || mark != markOf(hash, ttlMillis)) {
      return false;
    }
    long since = millis.getAsLong() - end;
    return since >= 0 && since < ttlMillis && marks.compareAndSet(place, mark, 0);
  }

  /** The upper half tells entries of one place apart, the lower is the time to live, in ms. */
  private static long markOf(long hash, long ttlMillis) {
    return (hash & 0xFFFF_FFFF_0000_0000L) | Math.min(0xFFFF_FFFFL, Math.max(1, ttlMillis));
  }

  private static int placeOf(long hash) {
    return (int) hash & (PLACES - 1);
  }

  private static long hash(String entry) {
    return StableHash.of(entry);
  }
}
