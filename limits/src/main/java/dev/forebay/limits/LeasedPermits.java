package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Permits that this instance took in advance. Safe for concurrent use. Holds those of at most {@value
 * #MOST} subjects; others are asked for one by one.
 *
 * <p>A lease ends so long after Redis was asked as the limit's window is longer for Redis than it is
 * said to be ({@link Rule#countedMillis}). So a permit counts there at least as long as the window of
 * the moment in which it is handed out, and no window has more than the algorithm lets pass.
 */
final class LeasedPermits {

  static final int MOST = 10_000;

  /** So many leases are looked at for each subject that finds no room. */
  static final int SWEPT_AT_ONCE = 8;

  private final LongSupplier nanoClock;
  private final Map<Place, Lease> leases = new ConcurrentHashMap<>();
  private final ReentrantLock sweeping = new ReentrantLock();
  private Iterator<Lease> sweep = leases.values().iterator(); // guarded by sweeping

  /** @param nanoClock as {@link System#nanoTime} */
  LeasedPermits(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  private record Place(RateLimiter limiter, String subject) {}

  /** The permits of one subject that are left. */
  private static final class Lease {
    private final AtomicLong left = new AtomicLong();
    private final AtomicReference<@Nullable Renewal> renewal = new AtomicReference<>();
    private volatile long until;
    private volatile long remaining;
    private volatile long fullAt;

    boolean take(long cost, long now) {
      if (now - until >= 0) {
        return false;
      }
      long before = left.get();
      while (before >= cost) {
        if (left.compareAndSet(before, before - cost)) {
          return true;
        }
        before = left.get();
      }
      return false;
    }
  }

  /** A lot that one caller waits for, and who takes part in it. */
  private static final class Renewal {
    private final AtomicLong wanted;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

    Renewal(long cost) {
      this.wanted = new AtomicLong(cost);
    }

    /**
     * Waits for its end, if the lot is large enough for this caller, too.
     *
     * @return whether it was worth it to wait
     * @throws ForebayException if Redis failed
     */
    boolean awaitFor(long cost, Leasing leasing) {
      if (wanted.addAndGet(cost) > leasing.permits()) {
        return false;
      }
      try {
        var unused = over.join();
        return true;
      } catch (CompletionException e) {
        if (e.getCause() instanceof ForebayException failure) {
          throw failure;
        }
        throw e;
      }
    }

    void fail(ForebayException failure) {
      // An interrupt is the caller's own, and says nothing of Redis.
      if (!Thread.currentThread().isInterrupted()) {
        over.completeExceptionally(failure);
      }
    }

    void end() {
      over.complete(null);
    }
  }

  /**
   * Decides a charge by permits that are here, else takes as many as are leased at once; null if the
   * charge is to be asked for alone. While another caller waits for a lot, those whom it serves too
   * wait with that caller.
   *
   * @param lot takes many permits from Redis; what it throws is thrown
   */
  @Nullable
  Decision take(Charge charge, Leasing leasing, Function<Charge, Decision> lot) {
    Place place = new Place(charge.limiter(), LimitKeys.shortened(charge.subject()));
    Lease lease = leaseOf(place);
    long now = nanoClock.getAsLong();
    if (lease == null || charge.cost() >= leasing.permits()) {
      return null;
    }
    if (lease.take(charge.cost(), now)) {
      return allowed(charge, lease, now);
    }
    Renewal mine = new Renewal(charge.cost());
    Renewal underWay = lease.renewal.compareAndExchange(null, mine);
    if (underWay != null) {
      return underWay.awaitFor(charge.cost(), leasing) ? takeHeld(charge) : null;
    }
    try {
      Decision many = lot.apply(new Charge(charge.limiter(), charge.subject(), leasing.permits()));
      if (!(many instanceof Allowed allowed)) {
        return null;
      }
      lease.remaining = allowed.remaining();
      lease.fullAt = now + allowed.resetAfter().toNanos();
      // What was left from before is dropped: it does not count for as long as the new ones.
      lease.left.set(leasing.permits() - charge.cost());
      lease.until = now + leasing.time().toNanos();
      return allowed(charge, lease, now);
    } catch (ForebayException e) {
      mine.fail(e);
      throw e;
    } finally {
      lease.renewal.set(null);
      mine.end();
    }
  }

  /** Decides a charge by permits that are here; null if they are too few. */
  @Nullable
  Decision takeHeld(Charge charge) {
    Lease lease = leases.get(new Place(charge.limiter(), LimitKeys.shortened(charge.subject())));
    if (lease == null) {
      return null;
    }
    long now = nanoClock.getAsLong();
    return lease.take(charge.cost(), now) ? allowed(charge, lease, now) : null;
  }

  private @Nullable Lease leaseOf(Place place) {
    Lease lease = leases.get(place);
    if (lease != null) {
      return lease;
    }
    if (leases.size() >= MOST) {
      sweepSome();
    }
    return leases.size() >= MOST ? null : leases.computeIfAbsent(place, absent -> fresh());
  }

  /** Drops some that are over, going around; another thread that does so is enough. */
  private void sweepSome() {
    if (!sweeping.tryLock()) {
      return;
    }
    try {
      long now = nanoClock.getAsLong();
      if (!sweep.hasNext()) {
        sweep = leases.values().iterator();
      }
      for (int i = 0; i < SWEPT_AT_ONCE && sweep.hasNext(); i++) {
        Lease old = sweep.next();
        if (now - old.until >= 0 && old.renewal.get() == null) {
          sweep.remove();
        }
      }
    } finally {
      sweeping.unlock();
    }
  }

  private Lease fresh() {
    Lease lease = new Lease();
    lease.until = nanoClock.getAsLong();
    lease.fullAt = lease.until;
    return lease;
  }

  private static Decision allowed(Charge charge, Lease lease, long now) {
    long resetMillis = (Math.max(0, lease.fullAt - now) + 999_999) / 1_000_000;
    return new Allowed(
        charge.limiter().name(),
        charge.limiter().limit(),
        lease.remaining + lease.left.get(),
        Duration.ofMillis(resetMillis),
        Source.KNOWN,
        null);
  }

  /**
   * Forgets the permits of a subject.
   *
   * @param subject as {@link LimitKeys#shortened} makes it
   */
  void forget(RateLimiter limiter, String subject) {
    leases.remove(new Place(limiter, subject));
  }

  /** Forgets all permits. */
  void forgetAll() {
    leases.clear();
  }

  /** Forgets the permits of all subjects of a limiter. */
  void forget(RateLimiter limiter) {
    leases.keySet().removeIf(place -> place.limiter == limiter);
  }

  int size() {
    return leases.size();
  }
}
