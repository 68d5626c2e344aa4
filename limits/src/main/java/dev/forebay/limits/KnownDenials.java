package dev.forebay.limits;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Denials that still hold, so that whoever hammers at a limit costs Redis nothing. Safe for
 * concurrent use; never blocks.
 *
 * <p>Until its {@code retryAfter} is over, counted from before Redis was asked, no call of the same or
 * a higher cost can succeed, save for a reset, a refund or a change of the limit: those are told to
 * all instances. So an answer from here is never stricter than one from Redis would be. Holds at most
 * {@value #MOST} denials; more are not remembered until some are over.
 */
final class KnownDenials {

  static final int MOST = 100_000;
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LongSupplier nanoClock;
  private final Map<Place, Known> known = new ConcurrentHashMap<>();
  private final AtomicLong sweptAt;

  /** @param nanoClock as {@link System#nanoTime} */
  KnownDenials(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.sweptAt = new AtomicLong(nanoClock.getAsLong());
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

  /** Remembers a denial, unless it is one that no waiting ends. */
  void add(Charge charge, Denied denied, long askedAt) {
    if (!denied.canSucceedLater()) {
      return;
    }
    if (known.size() >= MOST) {
      sweep();
    }
    if (known.size() < MOST) {
      known.put(place(charge), new Known(denied, charge.cost(), askedAt));
    }
  }

  /** Returns the denial of a charge if it still holds. */
  @Nullable
  Denied find(Charge charge) {
    if (known.isEmpty()) {
      return null;
    }
    Place place = place(charge);
    Known found = known.get(place);
    if (found == null || found.cost > charge.cost()) {
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

  /** Forgets the denial of one subject. */
  void forget(RateLimiter limiter, String subject) {
    known.remove(new Place(limiter, subject));
  }

  /** Forgets all denials of a limiter. */
  void forget(RateLimiter limiter) {
    known.keySet().removeIf(place -> place.limiter == limiter);
  }

  void forgetAll() {
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
    return new Place(charge.limiter(), charge.subject());
  }
}
