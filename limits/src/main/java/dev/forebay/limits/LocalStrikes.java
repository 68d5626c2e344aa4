package dev.forebay.limits;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.redis.ForebayException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts that this instance denied without asking Redis, of limiters with a {@link Penalty}:
 * they are strikes all the same, which Redis is told of each second, in one round trip for each
 * {@value #AT_ONCE} subjects. Safe for concurrent use; counting never blocks.
 *
 * <p>A flush that fails is sent once more, then dropped: Redis may have carried out either. Holds
 * {@value #MOST} subjects of {@value #LONGEST_SUBJECT} characters at most; strikes of others are lost
 * and counted as such.
 */
final class LocalStrikes {

  static final int MOST = 10_000;
  static final int LONGEST_SUBJECT = 1_024;

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final int AT_ONCE = 500;

  private final RedisLimits limits;
  private final KnownDenials denials;
  private final Map<Place, Integer> strikes = new ConcurrentHashMap<>();
  private final LongAdder lost = new LongAdder();
  private final ReentrantLock flushing = new ReentrantLock();
  private final List<Strikes> failed = new ArrayList<>(); // of the last flush; guarded by flushing

  LocalStrikes(RedisLimits limits, KnownDenials denials) {
    this.limits = limits;
    this.denials = denials;
  }

  private record Place(RateLimiter limiter, String subject) {}

  private record Strikes(Place place, int count) {

    Charge charge(long cost) {
      return new Charge(place.limiter, place.subject, cost);
    }
  }

  /** An attempt was denied without asking Redis. */
  void add(RateLimiter limiter, String subject) {
    if (limiter.rule().penalty() == null) {
      return;
    }
    Place place = new Place(limiter, subject);
    boolean fits = subject.length() <= LONGEST_SUBJECT;
    if (fits && (strikes.size() < MOST || strikes.containsKey(place))) {
      strikes.merge(place, 1, LocalStrikes::sum);
    } else {
      lost.increment();
    }
  }

  private static int sum(int one, int other) {
    return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
  }

  /** Forgets the strikes of a subject that were not told yet. */
  void forget(RateLimiter limiter, String subject) {
    strikes.remove(new Place(limiter, subject));
  }

  /** Returns how many strikes Redis was never told of. */
  long lost() {
    return lost.sum();
  }

  int size() {
    return strikes.size();
  }

  /** Tells Redis. Waits for the answers. */
  void flush() {
    flushing.lock();
    try {
      flushAlone();
    } finally {
      flushing.unlock();
    }
  }

  private void flushAlone() {
    List<Strikes> again = new ArrayList<>(failed);
    failed.clear();
    inParts(again, dropped -> {
      lost.add(dropped.count);
      log.debug("{} strikes of a subject are lost, as Redis is away", dropped.count);
    });
    List<Strikes> fresh = new ArrayList<>();
    for (Iterator<Place> places = strikes.keySet().iterator(); places.hasNext(); ) {
      Place place = places.next();
      Integer count = strikes.remove(place);
      if (count != null) {
        fresh.add(new Strikes(place, count));
      }
    }
    inParts(fresh, failed::add);
  }

  private interface Failure {
    void of(Strikes strikes);
  }

  private void inParts(List<Strikes> all, Failure failure) {
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Strikes> part = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      List<Supplier<Decision>> answers = new ArrayList<>(part.size());
      long askedAt = denials.now();
      part.forEach(one -> answers.add(send(one)));
      for (int i = 0; i < part.size(); i++) {
        try {
          learn(part.get(i), answers.get(i).get(), askedAt);
        } catch (ForebayException e) {
          failure.of(part.get(i));
        }
      }
    }
  }

  private Supplier<Decision> send(Strikes one) {
    try {
      RedisLimits.Asked asked = limits.strike(one.charge(one.count));
      return () -> asked.await().get(0);
    } catch (ForebayException e) {
      return () -> {
        throw e;
      };
    }
  }

  private void learn(Strikes one, Decision decision, long askedAt) {
    if (decision instanceof Denied denied && !one.place.limiter.rule().shadow()) {
      denials.add(one.charge(1), denied, askedAt);
    }
  }
}
