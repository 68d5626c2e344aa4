package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a subject may do at the same time, counted over all instances. Whoever is allowed holds a
 * {@link Permit} and closes it at the end; one that its holder does not close, because it died, is
 * free again when its time is over, also one that was given without Redis. Who is {@linkplain
 * RateLimits#block blocked} gets none, who is {@linkplain RateLimits#allow allowed} gets one that does
 * not count. Safe for concurrent use; no method throws because of Redis.
 */
public final class ConcurrencyLimiter {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  /** One that does not count. */
  private static final Permit UNCOUNTED = new Permit() {
    @Override
    public boolean renew() {
      return true;
    }

    @Override
    public void close() {}
  };

  private final String name;
  private final int permits;
  private final Duration holdTime;
  private final WhenUnavailable whenUnavailable;
  private final ConcurrencyScripts scripts;
  private final LateReleases lateReleases;
  private final LocalPlaces local;
  private final SubjectLists lists;
  private final LimitKeys keys;
  private final IntSupplier instances;

  ConcurrencyLimiter(
      ConcurrencyLimiterBuilder builder,
      int permits,
      LimitOversight oversight,
      LimitKeys keys,
      IntSupplier instances) {
    this.name = builder.name;
    this.permits = permits;
    this.holdTime = builder.holdTime;
    this.whenUnavailable = oversight.answering(builder.whenUnavailable);
    this.scripts = oversight.concurrencyScripts();
    this.lateReleases = oversight.lateReleases();
    this.local = new LocalPlaces(holdTime, oversight.nanoClock());
    this.lists = oversight.lists();
    this.keys = keys;
    this.instances = instances;
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /**
   * Takes a permit if one is free. One round trip, or none for a subject that is blocked or allowed;
   * never waits for a permit. If Redis does not answer, a permit that it may have given is given back
   * when it does, and this limiter does what it is configured to do without Redis.
   *
   * @param subject who does it: any text of 1 character or more
   * @return the permit, to be closed; empty if all are held
   * @throws IllegalArgumentException if the subject is empty
   */
  public Optional<Permit> tryAcquire(String subject) {
    if (subject.isEmpty()) {
      throw new IllegalArgumentException("Limiter '" + name
          + "' was asked about an empty subject, which would be everybody's. Name who is limited.");
    }
    Listing listing = lists.isEmpty() ? null : lists.find(subject);
    if (listing != null) {
      return listing.isBlocked() ? Optional.empty() : Optional.of(UNCOUNTED);
    }
    String key = keys.holdersOf(name, subject);
    String holder = UUID.randomUUID().toString();
    try {
      boolean acquired =
          scripts.acquire(key, holder, permits, holdTime.toMillis()).await().number(0) == 0;
      return acquired ? Optional.of(new RedisPermit(key, holder)) : Optional.empty();
    } catch (ForebayException e) {
      log.debug("Limiter '{}' goes on without Redis: {}", name, e.getMessage());
      lateReleases.add(key, holder, holdTime);
      return switch (whenUnavailable) {
        case OPEN -> Optional.of(UNCOUNTED);
        case CLOSED -> Optional.empty();
        case LOCAL -> tryAcquireHere(key);
      };
    }
  }

  private Optional<Permit> tryAcquireHere(String key) {
    LocalPlaces.@Nullable Place place =
        local.tryTake(key, Math.max(1, permits / instances.getAsInt()));
    return place == null ? Optional.empty() : Optional.of(new LocalPermit(place));
  }

  /** The right to go on. Close it when the work is done, from any thread. */
  public interface Permit extends AutoCloseable {

    /**
     * Holds it for as long again, from now on. One round trip.
     *
     * @return false if its time was over, or it is not known whether it was: somebody else may hold it
     */
    boolean renew();

    /**
     * Gives the permit back. One round trip; if Redis is away, it is given back when Redis answers
     * again, or free when its time is over.
     */
    @Override
    void close();
  }

  private final class RedisPermit implements Permit {
    private final String key;
    private final String holder;

    RedisPermit(String key, String holder) {
      this.key = key;
      this.holder = holder;
    }

    @Override
    public boolean renew() {
      try {
        return scripts.renew(key, holder, holdTime.toMillis()).await().text().equals("RENEWED");
      } catch (ForebayException e) {
        return false;
      }
    }

    @Override
    public void close() {
      try {
        if (scripts.release(key, holder).await().text().equals("GONE")) {
          log.debug(
              "A permit of '{}' was held for longer than {} and was not its own any more",
              name,
              holdTime);
        }
      } catch (ForebayException e) {
        lateReleases.add(key, holder, holdTime);
        log.debug("A permit of '{}' is given back when Redis is back: {}", name, e.getMessage());
      }
    }
  }

  /** Known to this instance alone. */
  private final class LocalPermit implements Permit {
    private final LocalPlaces.Place place;

    LocalPermit(LocalPlaces.Place place) {
      this.place = place;
    }

    @Override
    public boolean renew() {
      return local.renew(place);
    }

    @Override
    public void close() {
      local.release(place);
    }
  }
}
