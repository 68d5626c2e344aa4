package dev.forebay.limits;

import dev.forebay.redis.Redis;
import dev.forebay.redis.Workload;
import dev.forebay.redis.spi.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * All rate limiters on one {@link Redis}. Safe for concurrent use.
 *
 * <pre>{@code
 * RateLimits limits = RateLimits.on(Redis.connect(settings, Workload.LIMITS));
 * RateLimiter login = limits.tier(LimitTier.LOGIN);
 * if (login.check("203.0.113.7") instanceof Decision.Denied denied) {
 *   return tooManyRequests(denied.retryAfter());
 * }
 * }</pre>
 */
public final class RateLimits implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Map<String, RateLimiter> limiters = new ConcurrentHashMap<>();
  private final LimitChecks checks;
  private final BiFunction<ConcurrencyLimiterBuilder, Integer, ConcurrencyLimiter> concurrency;

  private RateLimits(
      LimitChecks checks,
      BiFunction<ConcurrencyLimiterBuilder, Integer, ConcurrencyLimiter> concurrency) {
    this.checks = checks;
    this.concurrency = concurrency;
  }

  /**
   * Returns a home for limiters on {@code redis}, which its owner closes.
   *
   * @throws IllegalArgumentException if it serves another workload than {@link Workload#LIMITS}, as
   *     its server might evict limits
   */
  public static RateLimits on(Redis redis) {
    if (redis.workload() != Workload.LIMITS) {
      throw new IllegalArgumentException(
          "Rate limits must not be evicted, so they don't live in %s. Connect by Redis.connect(settings, Workload.LIMITS)."
              .formatted(redis.workload()));
    }
    return over(redis.commands(), redis.settings().keyPrefix(), () -> "");
  }

  /** @param now ms since epoch, or empty for the time of the server */
  static RateLimits over(RedisCommands commands, String prefix, Supplier<String> now) {
    LimitKeys keys = new LimitKeys(prefix);
    RedisLimits limits = new RedisLimits(new LimitScripts(commands, now), keys);
    WithoutRedis without = new WithoutRedis(new LocalLimits(System::nanoTime), () -> 1);
    ConcurrencyScripts concurrency = new ConcurrencyScripts(commands, now);
    return new RateLimits(
        new LimitChecks(
            limits,
            commands,
            new KnownDenials(System::nanoTime),
            without,
            new LeasedPermits(System::nanoTime)),
        (builder, permits) -> new ConcurrencyLimiter(builder, permits, concurrency, keys, () -> 1));
  }

  /**
   * Begins to describe a limiter.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}; instances with limiters of one name share
   *     them
   * @throws IllegalArgumentException if it is no such name
   */
  public RateLimiterBuilder limiter(String name) {
    return new RateLimiterBuilder(this, requireName(name));
  }

  /**
   * Begins to describe a limit of how much goes on at the same time.
   *
   * @param name as for {@link #limiter}
   */
  public ConcurrencyLimiterBuilder concurrency(String name) {
    return new ConcurrencyLimiterBuilder(requireName(name), concurrency);
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A limiter is named by 1 to 64 of A-Z a-z 0-9 . _ - , not '" + name
              + "'. Who is limited is said by the subject of a check.");
    }
    return name;
  }

  /** Returns the limiter of a tier, the same each time. */
  public RateLimiter tier(LimitTier tier) {
    RateLimiter made = limiters.get(tier.title());
    return made != null ? made : makeTier(tier);
  }

  private RateLimiter makeTier(LimitTier tier) {
    try {
      return tier.describe(limiter(tier.title())).build();
    } catch (IllegalStateException e) {
      RateLimiter other = limiters.get(tier.title());
      if (other == null) {
        throw e;
      }
      return other;
    }
  }

  /** Returns the limiter of a name, if there is one. */
  public Optional<RateLimiter> find(String name) {
    return Optional.ofNullable(limiters.get(name));
  }

  RateLimiter add(String name, Rule rule) {
    RateLimiter limiter = new RateLimiter(this, name, rule);
    if (limiters.putIfAbsent(name, limiter) != null) {
      throw new IllegalStateException(
          "There is a limiter '%s' already. Ask find(\"%s\") for it, or name this one differently."
              .formatted(name, name));
    }
    return limiter;
  }

  /**
   * Takes the permits of all charges, or none. One round trip: one script if all have one subject,
   * else one for each subject at the same time, and a second round trip if some of them deny, to give
   * back what the others took.
   *
   * @param charges one or more, none twice of the same limiter and subject
   * @return the decisions, in their order; where this instance knows already that some deny, only
   *     those
   * @throws IllegalArgumentException if there is none, or one twice
   */
  public Decisions check(List<Charge> charges) {
    return checks.check(charges);
  }

  Decision peek(Charge charge) {
    return checks.peek(charge);
  }

  void refund(Charge charge) {
    checks.refund(charge);
  }

  void reset(Charge charge) {
    checks.reset(charge);
  }

  /** Stops its threads. Limiters stay usable. */
  @Override
  public void close() {}
}
