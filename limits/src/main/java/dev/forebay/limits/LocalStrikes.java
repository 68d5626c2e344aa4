package dev.forebay.limits;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.redis.ForebayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts that this instance denied without asking Redis, of limiters with a {@link Penalty}:
 * they are strikes all the same, which Redis is told of each second, in one round trip for each
 * {@value #AT_ONCE} subjects. Safe for concurrent use; counting never blocks.
 *
 * <p>Strikes that get no answer are told again, the same under the same number, by which Redis knows
 * whether it has counted them. Those that get none for a minute are lost, and counted as such, like
 * those of more than {@value #MOST} subjects, or of one that is longer than {@value #LONGEST_SUBJECT}
 * characters. Redis counts none that began before the last reset of their subject.
 */
final class LocalStrikes {

  static final int MOST = 10_000;
  static final int LONGEST_SUBJECT = 1_024;
  static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final int AT_ONCE = 500;

  private final RedisLimits limits;
  private final KnownDenials denials;
  private final LongSupplier nanoClock;
  private final boolean enabled;
  private final long teller = Integer.toUnsignedLong(ThreadLocalRandom.current().nextInt());
  private final Map<Place, Noted> noted = new ConcurrentHashMap<>();
  private final Map<Place, Told> told = new ConcurrentHashMap<>(); // without an answer
  private final LongAdder lost = new LongAdder();
  private final ReentrantLock flushing = new ReentrantLock();
  private long flushes; // guarded by flushing

  /**
   * @param nanoClock as {@link System#nanoTime}
   * @param enabled whether there is a Redis; else there is nobody to tell, and none is lost
   */
  LocalStrikes(RedisLimits limits, KnownDenials denials, LongSupplier nanoClock, boolean enabled) {
    this.limits = limits;
    this.denials = denials;
    this.nanoClock = nanoClock;
    this.enabled = enabled;
  }

  /** @param subject as {@link LimitKeys#shortened} makes it */
  private record Place(RateLimiter limiter, String subject) {}

  /** @param since when the first one came */
  private record Noted(String subject, int count, long since) {

    Noted andOneMore() {
      return count == Integer.MAX_VALUE ? this : new Noted(subject, count + 1, since);
    }
  }

  /** @param toldAt when Redis was told first */
  private record Told(Noted strikes, long number, long toldAt) {}

  /** What Redis is told of the strikes of one subject. */
  record Telling(int count, long teller, long number, long ageMillis) {

    @Override
    public String toString() {
      return count + " " + teller + " " + number + " " + ageMillis;
    }
  }

  /** An attempt was denied without asking Redis. */
  void add(RateLimiter limiter, String subject) {
    if (!enabled || limiter.rule().penalty() == null) {
      return;
    }
    Place place = new Place(limiter, LimitKeys.shortened(subject));
    boolean fits = subject.length() <= LONGEST_SUBJECT;
    if (fits && (size() < MOST || noted.containsKey(place))) {
      noted.compute(
          place,
          (same, strikes) -> strikes == null
              ? new Noted(subject, 1, nanoClock.getAsLong())
              : strikes.andOneMore());
    } else {
      lost.increment();
    }
  }

  /**
   * Forgets the strikes of a subject that Redis may not know of yet.
   *
   * @param subject as {@link LimitKeys#shortened} makes it
   */
  void forget(RateLimiter limiter, String subject) {
    Place place = new Place(limiter, subject);
    noted.remove(place);
    told.remove(place);
  }

  /** Forgets all strikes that Redis may not know of yet: they are lost. */
  void forgetAll() {
    noted.keySet().forEach(place -> lose(noted.remove(place)));
    told.forEach((place, strikes) -> {
      if (told.remove(place, strikes)) {
        lose(strikes.strikes);
      }
    });
  }

  private void lose(@Nullable Noted strikes) {
    if (strikes != null) {
      lost.add(strikes.count);
    }
  }

  /** Returns how many strikes Redis was never told of, or it is not known. */
  long lost() {
    return lost.sum();
  }

  /** Returns of how many subjects strikes are to be told. */
  int size() {
    return noted.size() + told.size();
  }

  /** Tells Redis. Waits for the answers. */
  void flush() {
    flushing.lock();
    try {
      long now = nanoClock.getAsLong();
      told.forEach((place, strikes) -> {
        if (now - strikes.toldAt > KEPT_NANOS && told.remove(place, strikes)) {
          lose(strikes.strikes);
          log.debug("{} strikes of a subject are lost, as Redis is away", strikes.strikes.count);
        }
      });
      long number = ++flushes;
      noted.keySet().forEach(place -> {
        // Those that came since wait for the answer: numbers only grow.
        Noted strikes = told.containsKey(place) ? null : noted.remove(place);
        if (strikes != null) {
          told.put(place, new Told(strikes, number, now));
        }
      });
      tellAll();
    } finally {
      flushing.unlock();
    }
  }

  private void tellAll() {
    List<Map.Entry<Place, Told>> all = List.copyOf(told.entrySet());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Map.Entry<Place, Told>> part = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      List<Supplier<Decision>> answers = new ArrayList<>(part.size());
      long askedAt = denials.now();
      part.forEach(one -> answers.add(send(one.getKey(), one.getValue())));
      for (int i = 0; i < part.size(); i++) {
        Map.Entry<Place, Told> one = part.get(i);
        try {
          Decision decision = answers.get(i).get();
          told.remove(one.getKey(), one.getValue());
          learn(chargeOf(one.getKey(), one.getValue()), decision, askedAt);
        } catch (ForebayException e) {
          log.debug("Strikes are told again: {}", e.getMessage());
        }
      }
    }
  }

  private Supplier<Decision> send(Place place, Told strikes) {
    long age = Math.max(0, nanoClock.getAsLong() - strikes.strikes.since);
    Telling telling = new Telling(
        strikes.strikes.count, teller, strikes.number, TimeUnit.NANOSECONDS.toMillis(age));
    try {
      RedisLimits.Asked asked = limits.strike(chargeOf(place, strikes), telling);
      return () -> asked.await().get(0);
    } catch (ForebayException e) {
      return () -> {
        throw e;
      };
    }
  }

  private static Charge chargeOf(Place place, Told strikes) {
    return new Charge(place.limiter, strikes.strikes.subject, 1);
  }

  private void learn(Charge charge, Decision decision, long askedAt) {
    if (decision instanceof Denied denied && !charge.limiter().rule().shadow()) {
      denials.add(charge, denied, askedAt);
    }
  }
}
