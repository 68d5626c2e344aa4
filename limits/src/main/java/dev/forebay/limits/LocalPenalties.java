package dev.forebay.limits;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.RecentSubjects.Place;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has to wait longer for going on when denied, while Redis is away: strikes that this instance
 * counts by itself, as the script does. Safe for concurrent use; never blocks for long. Remembers the
 * {@value #MOST} subjects that were struck last.
 */
final class LocalPenalties {

  static final int MOST = 10_000;

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  /** Guarded by lock. */
  private final Map<Place, Strikes> struck = new RecentSubjects<>(MOST);

  /** @param nanoClock as {@link System#nanoTime} */
  LocalPenalties(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * The strikes of one subject.
   *
   * @param since when the next one begins to be forgotten
   * @param waitsFrom when the wait began that is the last one
   * @param length how long it is, 0 for none
   */
  private record Strikes(long count, long since, long waitsFrom, long length) {

    long left(long now) {
      return Math.max(0, length - (now - waitsFrom));
    }
  }

  /**
   * Returns the decision as the penalty of its limiter has it.
   *
   * @param strike whether it is an attempt, which is a strike if it is denied
   */
  Decision judge(Charge charge, Decision decision, boolean strike) {
    Penalty penalty = charge.limiter().rule().penalty();
    if (penalty == null || !(decision.isAllowed() || isStrike(decision))) {
      return decision;
    }
    lock.lock();
    try {
      Place place = Place.of(charge);
      long now = nanoClock.getAsLong();
      Strikes before = struck.get(place);
      long left = before == null ? 0 : before.left(now);
      if (strike && (left > 0 || !decision.isAllowed())) {
        Strikes after = strike(before, penalty, now);
        struck.put(place, after);
        left = after.left(now);
      }
      return left == 0 ? decision : punished(decision, left);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody is to blame who is denied as the limit is closed, or as the cost can never be had. */
  static boolean isStrike(Decision decision) {
    return decision instanceof Denied denied
        && (denied.reason() == Reason.LIMIT || denied.reason() == Reason.PENALTY);
  }

  private static Strikes strike(@Nullable Strikes before, Penalty penalty, long now) {
    long forgetAfter = penalty.forgetAfter().toNanos();
    long count = 0;
    long since = now;
    if (before != null) {
      long forgotten = (now - before.since) / forgetAfter;
      count = Math.max(0, before.count - forgotten);
      since = count == 0 ? now : before.since + forgotten * forgetAfter;
    }
    long level = (count + 1) / penalty.step();
    long left = before == null ? 0 : before.left(now);
    long wait = left;
    if (level > count / penalty.step()) {
      double millis = Math.min(
          (double) penalty.longest().toMillis(),
          penalty.first().toMillis() * Math.pow(2, level - 1.0));
      wait = TimeUnit.MILLISECONDS.toNanos((long) millis);
    }
    long most = mostOf(penalty);
    long counted = count + 1 > most ? most + (count + 1 - most) % penalty.step() : count + 1;
    return new Strikes(counted, since, now, Math.max(wait, left));
  }

  /** More lengthen no wait, but would take longer to be forgotten. */
  private static long mostOf(Penalty penalty) {
    double doublings =
        Math.log((double) penalty.longest().toMillis() / penalty.first().toMillis()) / Math.log(2);
    return penalty.step() * ((long) Math.ceil(doublings) + 2);
  }

  private static Denied punished(Decision decision, long left) {
    Duration wait = Duration.ofMillis((left + 999_999) / 1_000_000);
    Duration retryAfter = wait;
    if (decision instanceof Denied denied && denied.retryAfter().compareTo(wait) > 0) {
      retryAfter = denied.retryAfter();
    }
    Duration resetAfter = decision.resetAfter();
    return new Denied(
        decision.limiter(),
        decision.limit(),
        0,
        resetAfter.compareTo(retryAfter) > 0 ? resetAfter : retryAfter,
        retryAfter,
        Reason.PENALTY,
        decision.source());
  }

  /**
   * Forgets the strikes of a subject.
   *
   * @param subject as {@link LimitKeys#shortened} makes it
   */
  void forget(String limiter, String subject) {
    lock.lock();
    try {
      struck.remove(new Place(limiter, subject));
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return struck.size();
    } finally {
      lock.unlock();
    }
  }
}
