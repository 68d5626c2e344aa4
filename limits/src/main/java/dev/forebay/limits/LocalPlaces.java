package dev.forebay.limits;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a place of a {@link ConcurrencyLimiter} that this instance gave by itself, as Redis is
 * away. A place is free again when its time is over, as in Redis. Safe for concurrent use; never
 * blocks for long. Gives {@value #MOST} places at most, whosever they are.
 */
final class LocalPlaces {

  static final int MOST = 100_000;

  private final long holdNanos;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  /** Until when, the first one that ends first, as all have one time; guarded by lock. */
  private final Map<Place, Long> until = new LinkedHashMap<>();
  /** How many, by key; guarded by lock. */
  private final Map<String, Integer> held = new HashMap<>();

  /** @param nanoClock as {@link System#nanoTime} */
  LocalPlaces(Duration holdTime, LongSupplier nanoClock) {
    this.holdNanos = holdTime.toNanos();
    this.nanoClock = nanoClock;
  }

  /** A place that somebody holds. Two of one key are not equal. */
  static final class Place {
    private final String key;

    private Place(String key) {
      this.key = key;
    }
  }

  /** Returns a place if fewer than {@code most} of this key are held, else null. */
  @Nullable
  Place tryTake(String key, int most) {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      endThoseOver(now);
      if (held.getOrDefault(key, 0) >= most || until.size() >= MOST) {
        return null;
      }
      Place place = new Place(key);
      until.put(place, now + holdNanos);
      held.merge(key, 1, Integer::sum);
      return place;
    } finally {
      lock.unlock();
    }
  }

  /** Holds a place for as long again, from now on; returns false if its time was over. */
  boolean renew(Place place) {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      endThoseOver(now);
      if (until.remove(place) == null) {
        return false;
      }
      until.put(place, now + holdNanos);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a place back; nothing happens if it was given back already, or its time was over. */
  void release(Place place) {
    lock.lock();
    try {
      if (until.remove(place) != null) {
        free(place);
      }
    } finally {
      lock.unlock();
    }
  }

  private void endThoseOver(long now) {
    for (Iterator<Map.Entry<Place, Long>> all = until.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Place, Long> oldest = all.next();
      if (now - oldest.getValue() < 0) {
        return;
      }
      all.remove();
      free(oldest.getKey());
    }
  }

  private void free(Place place) {
    held.computeIfPresent(place.key, (same, count) -> count > 1 ? count - 1 : null);
  }

  int size() {
    lock.lock();
    try {
      return until.size();
    } finally {
      lock.unlock();
    }
  }
}
