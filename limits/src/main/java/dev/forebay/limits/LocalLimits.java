package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Counts within this process while Redis is away, each limit by a {@link Algorithm#GCRA} of its
 * share. Safe for concurrent use; never blocks for long. Remembers the {@value #MOST} subjects that
 * were asked about last; who falls out begins anew.
 *
 * <p>GCRA keeps one number for each subject, and never lets more than the share go at once.
 */
final class LocalLimits {

  static final int MOST = 100_000;

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  /** When all permits are back, in ns; guarded by lock. */
  private final Map<Place, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Place, Long> eldest) {
      return size() > MOST;
    }
  };

  /** @param nanoClock as {@link System#nanoTime} */
  LocalLimits(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  private record Place(String limiter, String subject) {}

  /**
   * Decides a charge.
   *
   * @param instances among which the limit is shared, 1 or more
   * @param take whether to take the permits
   */
  Decision decide(Charge charge, Limit limit, int instances, boolean take) {
    String limiter = charge.limiter().name();
    long share = Math.max(1, limit.permits() / instances);
    if (charge.cost() > share) {
      return new Denied(
          limiter, limit, 0, Duration.ZERO, Denied.NEVER, Reason.COST_ABOVE_LIMIT, Source.FALLBACK);
    }
    double windowNanos = TimeUnit.MILLISECONDS.toNanos(limit.windowMillis());
    double nanosEach = windowNanos / share;
    Place place = new Place(limiter, LimitKeys.shortened(charge.subject()));
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      Long full = fullAt.get(place);
      long ahead = full == null ? 0 : Math.max(0, full - now);
      long after = ahead + (long) Math.ceil(charge.cost() * nanosEach);
      boolean allowed = after <= windowNanos;
      long settled = allowed && take ? after : ahead;
      if (allowed && take) {
        fullAt.put(place, now + after);
      }
      long remaining = (long) Math.floor((windowNanos - settled) / nanosEach);
      return allowed
          ? new Allowed(limiter, limit, remaining, millis(settled), Source.FALLBACK, null)
          : new Denied(
              limiter,
              limit,
              remaining,
              millis(ahead),
              millis(after - (long) windowNanos),
              Reason.LIMIT,
              Source.FALLBACK);
    } finally {
      lock.unlock();
    }
  }

  /** Gives permits back. */
  void giveBack(Charge charge) {
    Place place = new Place(charge.limiter().name(), LimitKeys.shortened(charge.subject()));
    Limit limit = charge.limiter().limit();
    lock.lock();
    try {
      Long full = fullAt.get(place);
      if (full != null) {
        double nanosEach =
            (double) TimeUnit.MILLISECONDS.toNanos(limit.windowMillis()) / limit.permits();
        fullAt.put(place, full - (long) Math.floor(charge.cost() * nanosEach));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was counted of a subject. */
  void reset(Charge charge) {
    lock.lock();
    try {
      fullAt.remove(new Place(charge.limiter().name(), LimitKeys.shortened(charge.subject())));
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return fullAt.size();
    } finally {
      lock.unlock();
    }
  }

  private static Duration millis(long nanos) {
    return Duration.ofMillis((nanos + 999_999) / 1_000_000);
  }
}
