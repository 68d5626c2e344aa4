package dev.forebay.cache;

import dev.forebay.redis.spi.SpaceSaving;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Watches which entries of a cache are read most. Safe for concurrent use; a read never waits.
 *
 * <p>One read in 16 is sampled, by chance: each 16th would miss keys that a loop reads at other steps.
 * Its name is left at one of 256 places, and who fills half of them moves all names into {@link
 * SpaceSaving} with 128 counters, unless somebody else is at it. A name that finds its place taken
 * replaces the one there, whose sample is lost.
 *
 * <p>Every minute the counts are halved, and so is the time over which they were collected: their
 * quotient is a rate about now. Holds 384 names at most: some 50 KB where names have 40 characters.
 */
final class HotKeySketch {

  static final int COUNTERS = 128;
  static final int PLACES = 256;
  static final int SAMPLING = 16;

  private static final double MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoClock;
  private final IntSupplier random;
  private final AtomicReferenceArray<String> places = new AtomicReferenceArray<>(PLACES);
  private final AtomicInteger next = new AtomicInteger();
  private final ReentrantLock draining = new ReentrantLock();
  private final SpaceSaving names = new SpaceSaving(COUNTERS); // guarded by draining
  private double collectedNanos; // up to the last halving; guarded by draining
  private long halvedAt; // guarded by draining

  HotKeySketch() {
    this(System::nanoTime, () -> ThreadLocalRandom.current().nextInt());
  }

  /**
   * @param nanoClock as {@link System#nanoTime}
   * @param random any number, evenly distributed
   */
  HotKeySketch(LongSupplier nanoClock, IntSupplier random) {
    this.nanoClock = nanoClock;
    this.random = random;
    this.halvedAt = nanoClock.getAsLong();
  }

  /** An entry is read. */
  void read(String entry) {
    if ((random.getAsInt() & (SAMPLING - 1)) == 0) {
      sample(entry);
    }
  }

  private void sample(String entry) {
    int place = next.getAndIncrement();
    places.set(place & (PLACES - 1), entry);
    if ((place & (PLACES / 2 - 1)) == 0 && draining.tryLock()) {
      try {
        drain();
      } finally {
        draining.unlock();
      }
    }
  }

  /**
   * Returns the hottest keys. Waits for a drain that is under way, some microseconds.
   *
   * @param naming turns the names given to {@link #read} into those to show
   */
  HotKeys snapshot(UnaryOperator<String> naming) {
    draining.lock();
    try {
      drain();
      double seconds = (collectedNanos + (nanoClock.getAsLong() - halvedAt)) / 1e9;
      if (seconds <= 0) {
        return HotKeys.none();
      }
      double perSample = SAMPLING / seconds;
      List<HotKeys.HotKey> top = new ArrayList<>();
      for (SpaceSaving.Count counted : names.top(HotKeys.TOP)) {
        // What the counter may have taken over, and two standard deviations of the sampling.
        double chance = 2 * Math.sqrt(counted.count() * (1 - 1.0 / SAMPLING));
        top.add(new HotKeys.HotKey(
            naming.apply(counted.name()),
            counted.count() * perSample,
            (counted.error() + chance) * perSample));
      }
      return new HotKeys(names.total() * perSample, top);
    } finally {
      draining.unlock();
    }
  }

  private void drain() {
    for (int i = 0; i < PLACES; i++) {
      if (places.get(i) != null) {
        String entry = places.getAndSet(i, null);
        if (entry != null) {
          names.add(entry);
        }
      }
    }
    long now = nanoClock.getAsLong();
    while (now - halvedAt >= MINUTE_NANOS && collectedNanos + names.total() > 0) {
      names.halve();
      collectedNanos = (collectedNanos + MINUTE_NANOS) / 2;
      halvedAt += (long) MINUTE_NANOS;
      if (names.total() == 0) {
        halvedAt = now;
        collectedNanos = 0;
      }
    }
  }

  /** Returns how many names are held at most at this moment. */
  int held() {
    draining.lock();
    try {
      int waiting = 0;
      for (int i = 0; i < PLACES; i++) {
        waiting += places.get(i) == null ? 0 : 1;
      }
      return waiting + names.size();
    } finally {
      draining.unlock();
    }
  }
}
