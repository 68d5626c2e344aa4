package dev.forebay.limits;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Denials that still hold, so that whoever hammers at a limit costs Redis nothing. Safe for
 * concurrent use; never blocks.
 *
 * <p>Until its {@code retryAfter} is over, counted from before Redis was asked, no call of the same or
 * a higher cost can succeed, save for a reset, a refund or a change of the limit: those are told to
 * all instances. So an answer from here is never stricter than one from Redis would be, but for the
 * fraction of a millisecond that Redis leaves out, and until those are heard. Holds at most {@value
 * #MOST} denials; more are not remembered until some are over.
 */
final class KnownDenials {

  static final int MOST = 100_000;
  private static final int STRIPES = 1_024;
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LongSupplier nanoClock;
  private final Map<Place, Known> known = new ConcurrentHashMap<>();
  private final AtomicLong sweptAt;
  private final AtomicLong forgottenAt;
  /** By hash of a subject, so that what is forgotten of one costs few others their denials. */
  private final AtomicLongArray subjectsForgottenAt = new AtomicLongArray(STRIPES);

  private volatile boolean closed;

  /** @param nanoClock as {@link System#nanoTime} */
  KnownDenials(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.sweptAt = new AtomicLong(nanoClock.getAsLong());
    long before = nanoClock.getAsLong() - 1;
    this.forgottenAt = new AtomicLong(before);
    for (int i = 0; i < STRIPES; i++) {
      subjectsForgottenAt.set(i, before);
    }
  }

  private record Place(RateLimiter limiter, String subject) {}

  private record Known(Denied denied, long cost, long since) {

    Duration left(Duration time, long now) {
      Duration left = time.minusNanos(now - since);
      // Rounded up to whole milliseconds, as the answer of Redis was.
      return left.isNegative()
          ? Duration.ZERO
          : Duration.ofMillis(left.plusNanos(999_999).toMillis());
    }

    boolean isOver(long now) {
      return now - since >= denied.retryAfter().toNanos();
    }
  }

  /** Returns the time to give to {@link #add}, taken before Redis is asked. */
  long now() {
    return nanoClock.getAsLong();
  }

  /**
   * Remembers a denial, unless it is one that no waiting ends, or the subject was forgotten since
   * Redis was asked: the answer may be from before that.
   */
  void add(Charge charge, Denied denied, long askedAt) {
    Place place = place(charge);
    if (!denied.canSucceedLater() || isOutdated(place, askedAt) || closed) {
      return;
    }
    if (known.size() >= MOST) {
      sweep();
    }
    if (known.size() < MOST) {
      Known added = new Known(denied, charge.cost(), askedAt);
      known.put(place, added);
      if (isOutdated(place, askedAt) || closed) {
        known.remove(place, added);
      }
    }
  }

  private boolean isOutdated(Place place, long askedAt) {
    return forgottenAt.get() - askedAt >= 0
        || subjectsForgottenAt.get(stripeOf(place)) - askedAt >= 0;
  }

  /** Of two times of a clock that may overflow. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private static int stripeOf(Place place) {
    int hash = place.subject.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }

  /** Returns the denial of a charge if it still holds. */
  @Nullable
  Denied find(Charge charge) {
    if (known.isEmpty()) {
      return null;
    }
    Place place = place(charge);
    Known found = known.get(place);
    if (found == null || found.cost != charge.cost()) {
      return null;
    }
    long now = nanoClock.getAsLong();
    if (found.isOver(now)) {
      known.remove(place, found);
      return null;
    }
    Denied denied = found.denied;
    return new Denied(
        denied.limiter(),
        denied.limit(),
        denied.remaining(),
        found.left(denied.resetAfter(), now),
        found.left(denied.retryAfter(), now),
        denied.reason(),
        Source.KNOWN);
  }

  /**
   * Forgets the denial of one subject.
   *
   * @param subject as {@link LimitKeys#shortened} makes it
   */
  void forget(RateLimiter limiter, String subject) {
    Place place = new Place(limiter, subject);
    subjectsForgottenAt.accumulateAndGet(
        stripeOf(place), nanoClock.getAsLong(), KnownDenials::later);
    known.remove(place);
  }

  /** Forgets all denials of a limiter. */
  void forget(RateLimiter limiter) {
    forgottenAt.accumulateAndGet(nanoClock.getAsLong(), KnownDenials::later);
    known.keySet().removeIf(place -> place.limiter == limiter);
  }

  void forgetAll() {
    forgottenAt.accumulateAndGet(nanoClock.getAsLong(), KnownDenials::later);
    known.clear();
  }

  /** Knows nothing from now on, as nobody tells it any more what to forget. */
  void close() {
    closed = true;
    known.clear();
  }

  int size() {
    return known.size();
  }

  private void sweep() {
    long now = nanoClock.getAsLong();
    long last = sweptAt.get();
    if (now - last >= SWEEP_NANOS && sweptAt.compareAndSet(last, now)) {
      known.values().removeIf(entry -> entry.isOver(now));
    }
  }

  private static Place place(Charge charge) {
    return new Place(charge.limiter(), LimitKeys.shortened(charge.subject()));
  }
}
