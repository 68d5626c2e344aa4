package dev.forebay.limits;

import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.redis.spi.Burst;
import dev.forebay.redis.spi.StableHash;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks each second for {@linkplain Suspicion patterns} in what this instance denies, tells listeners
 * and logs one line per burst of each pattern, in which a subject stands as a hash. For one thread at
 * a time.
 */
final class LimitWatch {

  /** How many suspicions of each pattern are told in a minute. */
  static final int MOST = 100;

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long TEN_SECONDS = TimeUnit.SECONDS.toNanos(10);
  private static final double WEIGHT = 1.0 / 30; // of ten seconds in five minutes

  private final UsageTallies tallies;
  private final LimitListeners listeners;
  private final LongSupplier nanoClock;
  private final Map<String, Set<String>> told = new HashMap<>();
  private final Map<String, Rate> rates = new HashMap<>();
  private final Map<String, Burst> bursts = new HashMap<>();
  private long minuteBegan;
  private long ratedAt;

  private static final class Rate {
    private long denied;
    private double usual;
  }

  /** @param nanoClock as {@link System#nanoTime} */
  LimitWatch(UsageTallies tallies, LimitListeners listeners, LongSupplier nanoClock) {
    this.tallies = tallies;
    this.listeners = listeners;
    this.nanoClock = nanoClock;
    this.minuteBegan = nanoClock.getAsLong();
    this.ratedAt = minuteBegan;
  }

  /** Looks. To be called each second. */
  void look() {
    for (Offender offender : tallies.offenders().topOfMinute(MOST)) {
      if (offender.denied() >= Suspicion.HAMMERING_DENIALS) {
        tell(
            offender.limiter() + ' ' + offender.subject(),
            new Suspicion.Hammering(offender.limiter(), offender.subject(), offender.denied()));
      }
    }
    tallies.endpoints().tellSubjects((endpoint, subjects) -> {
      if (subjects >= Suspicion.MANY_SUBJECTS) {
        tell(endpoint, new Suspicion.ManySubjects(endpoint, subjects));
      }
    });
    long now = nanoClock.getAsLong();
    if (now - ratedAt >= TEN_SECONDS) {
      ratedAt = now;
      tallies.limiters().forEach(this::rate);
    }
    if (now - minuteBegan >= MINUTE) {
      minuteBegan = now;
      told.clear();
      tallies.offenders().beginMinute();
      tallies.endpoints().beginMinute();
    }
  }

  private void rate(String limiter, LimiterTally tally) {
    Rate rate = rates.computeIfAbsent(limiter, any -> new Rate());
    long denied = tally.denied();
    long fresh = denied - rate.denied;
    if (fresh >= Suspicion.RISING_DENIALS && fresh >= Suspicion.RISING_TIMES * rate.usual) {
      tell(limiter, new Suspicion.DenialsRising(limiter, fresh, rate.usual));
    }
    rate.denied = denied;
    rate.usual += WEIGHT * (fresh - rate.usual);
  }

  private void tell(String what, Suspicion suspicion) {
    Set<String> toldOf = told.computeIfAbsent(suspicion.pattern(), any -> new HashSet<>());
    if (toldOf.size() >= MOST || !toldOf.add(what)) {
      return;
    }
    listeners.tell(listener -> listener.onSuspicion(suspicion));
    OptionalLong unlogged =
        bursts.computeIfAbsent(suspicion.pattern(), any -> new Burst(nanoClock)).admit();
    if (unlogged.isPresent()) {
      log.atWarn()
          .addKeyValue("event", "suspicion")
          .addKeyValue("pattern", suspicion.pattern())
          .addKeyValue("unlogged", unlogged.getAsLong())
          .log(
              "{}, may be an attack; {} more like it before",
              sentence(suspicion),
              unlogged.getAsLong());
    }
  }

  private static String sentence(Suspicion suspicion) {
    if (suspicion instanceof Suspicion.Hammering hammering) {
      return "Limiter '%s' denied the subject with hash %016x %d times within a minute"
          .formatted(hammering.limiter(), StableHash.of(hammering.subject()), hammering.denied());
    }
    if (suspicion instanceof Suspicion.ManySubjects many) {
      return "About %d different subjects were denied at '%s' within a minute"
          .formatted(many.subjects(), many.endpoint());
    }
    Suspicion.DenialsRising rising = (Suspicion.DenialsRising) suspicion;
    return "Limiter '%s' denied %d times within ten seconds, %.1f is usual"
        .formatted(rising.limiter(), rising.denied(), rising.usual());
  }
}
