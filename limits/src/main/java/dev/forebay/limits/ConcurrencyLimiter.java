package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a subject may do at the same time, counted over all instances. Whoever is allowed holds a
 * {@link Permit} and closes it at the end; one that its holder does not close, because it died, is
 * free again when its time is over. Safe for concurrent use; no method throws because of Redis.
 */
public final class ConcurrencyLimiter {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final String name;
  private final int permits;
  private final Duration holdTime;
  private final WhenUnavailable whenUnavailable;
  private final ConcurrencyScripts scripts;
  private final LimitKeys keys;
  private final IntSupplier instances;
  private final Map<String, Integer> local = new ConcurrentHashMap<>();

  ConcurrencyLimiter(
      ConcurrencyLimiterBuilder builder,
      int permits,
      ConcurrencyScripts scripts,
      LimitKeys keys,
      IntSupplier instances) {
    this.name = builder.name;
    this.permits = permits;
    this.holdTime = builder.holdTime;
    this.whenUnavailable = builder.whenUnavailable;
    this.scripts = scripts;
    this.keys = keys;
    this.instances = instances;
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /**
   * Takes a permit if one is free. One round trip; never waits for a permit.
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
    String key = keys.holdersOf(name, subject);
    String holder = UUID.randomUUID().toString();
    try {
      boolean acquired =
          scripts.acquire(key, holder, permits, holdTime.toMillis()).await().number(0) == 0;
      return acquired ? Optional.of(new RedisPermit(key, holder)) : Optional.empty();
    } catch (ForebayException e) {
      log.debug("Limiter '{}' goes on without Redis: {}", name, e.getMessage());
      return switch (whenUnavailable) {
        case OPEN -> Optional.of(new LocalPermit(null));
        case CLOSED -> Optional.empty();
        case LOCAL -> tryAcquireHere(key);
      };
    }
  }

  private Optional<Permit> tryAcquireHere(String key) {
    int share = Math.max(1, permits / instances.getAsInt());
    boolean[] acquired = new boolean[1];
    local.compute(key, (same, held) -> {
      int now = held == null ? 0 : held;
      acquired[0] = now < share;
      int then = acquired[0] ? now + 1 : now;
      return then;
    });
    return acquired[0] ? Optional.of(new LocalPermit(key)) : Optional.empty();
  }

  /** The right to go on. Close it when the work is done, from any thread. */
  public interface Permit extends AutoCloseable {

    /**
     * Holds it for as long again, from now on. One round trip.
     *
     * @return false if its time was over, or it is not known whether it was: somebody else may hold it
     */
    boolean renew();

    /** Gives the permit back. One round trip; if Redis is away, it is free when its time is over. */
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
        log.debug(
            "A permit of '{}' is free when its {} are over: {}", name, holdTime, e.getMessage());
      }
    }
  }

  /** Known to this instance alone. */
  private final class LocalPermit implements Permit {
    private final AtomicReference<@Nullable String> held;

    LocalPermit(@Nullable String key) {
      this.held = new AtomicReference<>(key);
    }

    @Override
    public boolean renew() {
      return true;
    }

    @Override
    public void close() {
      String key = held.getAndSet(null);
      if (key != null) {
        local.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
      }
    }
  }
}
