package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.limits.RecentSubjects.Place;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Counts within this process while Redis is away, each limit by a {@link Algorithm#GCRA} of its
 * share. Safe for concurrent use; never blocks for long. Remembers the {@value #MOST} subjects that
 * were asked about last; who falls out begins anew.
 *
 * <p>GCRA keeps one number for each subject, and never lets more than the share go at once. If the
 * limit changes, or among how many instances it is shared, as many permits are used as before, or all.
 */
final class LocalLimits {

  static final int MOST = 100_000;

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  /** Guarded by lock. */
  private final Map<Place, Debt> debts = new RecentSubjects<>(MOST);

  /** @param nanoClock as {@link System#nanoTime} */
  LocalLimits(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** What of a limit is this instance's: permits a window, and how many of them at once. */
  private record Share(long permits, long burst, long nanosEach) {

    static Share of(Rule rule, int instances) {
      long permits = Math.max(1, rule.limit().permits() / instances);
      long burst = Math.max(1, rule.largestCost() / instances);
      long window = TimeUnit.MILLISECONDS.toNanos(rule.limit().windowMillis());
      return new Share(permits, burst, (window + permits - 1) / permits);
    }

    long longestAhead() {
      return burst * nanosEach;
    }
  }

  /**
   * What was taken of a share.
   *
   * @param fullAt when all permits are back, in ns
   * @param nanosEach how long each takes to come back
   */
  private record Debt(long fullAt, long nanosEach) {

    /** Returns in how many ns all permits are back. */
    long ahead(long now) {
      return Math.max(0, fullAt - now);
    }

    /** Returns what it is of a share, maybe of another one than before. */
    Debt of(Share share, long now) {
      long ahead = ahead(now);
      if (nanosEach == share.nanosEach && ahead <= share.longestAhead()) {
        return this;
      }
      double permits = (double) ahead / nanosEach;
      long converted = (long) Math.ceil(permits * share.nanosEach);
      return new Debt(now + Math.min(converted, share.longestAhead()), share.nanosEach);
    }
  }

  /**
   * Decides a charge.
   *
   * @param instances among which the limit is shared, 1 or more
   * @param take whether to take the permits
   */
  Decision decide(Charge charge, int instances, boolean take) {
    String limiter = charge.limiter().name();
    Rule rule = charge.limiter().rule();
    Share share = Share.of(rule, instances);
    Place place = Place.of(charge);
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      Debt debt = debts.computeIfPresent(place, (same, before) -> before.of(share, now));
      long ahead = debt == null ? 0 : debt.ahead(now);
      if (charge.cost() > share.burst()) {
        return denied(rule, limiter, share, ahead, WithoutRedis.AGAIN_AFTER, Reason.UNAVAILABLE);
      }
      long after = ahead + charge.cost() * share.nanosEach();
      if (after > share.longestAhead()) {
        Duration retryAfter = millis(after - share.longestAhead());
        return denied(rule, limiter, share, ahead, retryAfter, Reason.LIMIT);
      }
      if (take) {
        debts.put(place, new Debt(now + after, share.nanosEach()));
      }
      long settled = take ? after : ahead;
      return new Allowed(
          limiter,
          rule.limit(),
          (share.longestAhead() - settled) / share.nanosEach(),
          millis(settled),
          Source.FALLBACK,
          null);
    } finally {
      lock.unlock();
    }
  }

  private static Denied denied(
      Rule rule, String limiter, Share share, long ahead, Duration retryAfter, Reason reason) {
    return new Denied(
        limiter,
        rule.limit(),
        (share.longestAhead() - ahead) / share.nanosEach(),
        millis(ahead),
        retryAfter,
        reason,
        Source.FALLBACK);
  }

  /**
   * Gives permits back; never more than are taken.
   *
   * @param instances as for {@link #decide}
   */
  void giveBack(Charge charge, int instances) {
    Place place = new Place(charge.limiter().name(), LimitKeys.shortened(charge.subject()));
    Share share = Share.of(charge.limiter().rule(), instances);
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      long returned = Math.min(charge.cost(), share.burst()) * share.nanosEach();
      debts.computeIfPresent(place, (same, before) -> {
        long left = before.of(share, now).ahead(now) - returned;
        return new Debt(now + Math.max(0, left), share.nanosEach());
      });
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets what was counted of a subject.
   *
   * @param subject as {@link LimitKeys#shortened} makes it
   */
  void reset(String limiter, String subject) {
    lock.lock();
    try {
      debts.remove(new Place(limiter, subject));
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return debts.size();
    } finally {
      lock.unlock();
    }
  }

  private static Duration millis(long nanos) {
    return Duration.ofMillis((nanos + 999_999) / 1_000_000);
  }
}
