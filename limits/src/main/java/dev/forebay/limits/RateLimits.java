package dev.forebay.limits;

import dev.forebay.redis.Redis;
import dev.forebay.redis.Workload;
import dev.forebay.redis.spi.RedisCommands;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

  /** The connections that have limits: each tells its news to one. */
  private static final Set<Redis> TAKEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Map<String, RateLimiter> limiters;
  private final LimitOversight oversight;
  private final LimitChecks checks;
  private final BiFunction<ConcurrencyLimiterBuilder, Integer, ConcurrencyLimiter> concurrency;
  private volatile @Nullable Redis taken;

  private RateLimits(
      RedisCommands commands,
      LimitKeys keys,
      boolean enabled,
      Supplier<String> now,
      LongSupplier nanoClock) {
    RedisLimits limits = new RedisLimits(new LimitScripts(commands, now), keys);
    this.limiters = new ConcurrentHashMap<>();
    this.oversight = new LimitOversight(limiters, commands, keys, limits, enabled, now, nanoClock);
    LimitNews news = oversight.news();
    this.checks = new LimitChecks(
        limits,
        new WithoutRedis(
            oversight.local(), oversight.penalties(), oversight.strikes(), news::instances),
        oversight);
    this.concurrency = (builder, permits) ->
        new ConcurrencyLimiter(builder, permits, oversight, keys, news::instances);
  }

  /**
   * Returns a home for limiters on {@code redis}, which its owner closes. Reads what was changed at run
   * time, in three round trips and one more for each 1,000 subjects that are blocked or allowed, and
   * follows it from then on.
   *
   * @throws IllegalArgumentException if it serves another workload than {@link Workload#LIMITS}, as
   *     its server might evict limits
   * @throws IllegalStateException if this connection has limits already that are not closed
   */
  public static RateLimits on(Redis redis) {
    if (redis.workload() != Workload.LIMITS) {
      throw new IllegalArgumentException(
          "Rate limits must not be evicted, so they don't live in %s. Connect by Redis.connect(settings, Workload.LIMITS)."
              .formatted(redis.workload()));
    }
    if (!TAKEN.add(redis)) {
      throw new IllegalStateException(
          "This connection has rate limits already, and news come to one only. Share those, close them before, or give these a connection of their own by Redis.connect(settings, Workload.LIMITS).");
    }
    boolean enabled = redis.settings().enabled();
    RateLimits limits = new RateLimits(
        redis.commands(),
        new LimitKeys(redis.settings().keyPrefix()),
        enabled,
        () -> "",
        System::nanoTime);
    limits.taken = redis;
    limits.oversight.begin(redis);
    return limits;
  }

  /**
   * Returns limits that exchange nothing with other instances by themselves.
   *
   * @param now ms since epoch, or empty for the time of the server
   */
  static RateLimits over(RedisCommands commands, String prefix, Supplier<String> now) {
    return over(commands, prefix, now, System::nanoTime);
  }

  /** @param nanoClock as {@link System#nanoTime} */
  static RateLimits over(
      RedisCommands commands, String prefix, Supplier<String> now, LongSupplier nanoClock) {
    return new RateLimits(commands, new LimitKeys(prefix), true, now, nanoClock);
  }

  /**
   * Returns whether Redis counts: false where it is {@linkplain
   * dev.forebay.redis.RedisSettings#enabled switched off} by configuration, and this process counts
   * all there is.
   */
  public boolean enabled() {
    return oversight.enabled();
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
   * Begins to describe the limiter of a tier, as the tier has it, to be built differently: {@code
   * limits.limiter(LimitTier.LOGIN).whenUnavailable(WhenUnavailable.LOCAL).build()}, say. To be done
   * before {@link #tier} is asked for it, which returns this one then.
   */
  public RateLimiterBuilder limiter(LimitTier tier) {
    return tier.describe(limiter(tier.title()));
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

  /**
   * Returns the limiter of a tier, the same each time: as the tier has it, unless it was {@linkplain
   * #limiter(LimitTier) built differently} before.
   */
  public RateLimiter tier(LimitTier tier) {
    RateLimiter made = limiters.get(tier.title());
    return made != null ? made : makeTier(tier);
  }

  private RateLimiter makeTier(LimitTier tier) {
    try {
      return limiter(tier).build();
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
    oversight.attach(limiter);
    return limiter;
  }

  /**
   * Changes the limit of a limiter, in this instance at once, in all others within a second, also in
   * those that start later. How much of it is used is taken over. One round trip.
   *
   * @param limiter the name of one of this instance, or of a tier
   * @throws IllegalArgumentException if this instance has no such limiter, or its algorithm cannot
   *     count such a limit
   * @throws dev.forebay.redis.ForebayException if Redis fails; then nothing has changed, or it is not
   *     known
   */
  public void change(String limiter, Limit limit) {
    var sound = oversight.changed().ruleFor(known(limiter), limit);
    oversight.settings().tell("RULE", limiter, ChangedLimits.text(sound.limit()));
  }

  /**
   * Gives a limiter back the limit with which it was built, as {@link #change} does.
   *
   * @throws IllegalArgumentException if this instance has no such limiter
   * @throws dev.forebay.redis.ForebayException if Redis fails; then nothing has changed, or it is not
   *     known
   */
  public void revert(String limiter) {
    oversight.settings().tell("REVERT", known(limiter).name(), "");
  }

  private RateLimiter known(String name) {
    for (LimitTier tier : LimitTier.values()) {
      if (tier.title().equals(name)) {
        return tier(tier);
      }
    }
    RateLimiter limiter = limiters.get(name);
    if (limiter == null) {
      throw new IllegalArgumentException(
          "No limiter '%s'; there are %s. Build it before, in this instance too."
              .formatted(name, new TreeMap<>(limiters).keySet()));
    }
    return limiter;
  }

  /**
   * Denies a subject everything, at all limiters but those in shadow, and at all limits of what goes
   * on at the same time, without asking Redis: in this instance at once, in all others within a second.
   * A block ends one of before, and ends that the subject is allowed. One round trip.
   *
   * <p>There is one list for all limiters, so a subject is everybody who has this name at any of
   * them: a user who may call himself {@code 203.0.113.7} has the fate of that address. Give subjects
   * of each kind a prefix, {@code user:} say.
   *
   * @param subject 1 to 512 characters of any kind
   * @param time 1 ms to ten years, in whole milliseconds
   * @throws IllegalArgumentException if subject or time are out of their range
   * @throws IllegalStateException if 100,000 subjects are blocked or allowed already
   * @throws dev.forebay.redis.ForebayException if Redis fails; then nothing has changed, or it is not
   *     known
   */
  public void block(String subject, Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0
        || time.compareTo(SubjectLists.LONGEST_BLOCK) > 0) {
      throw new IllegalArgumentException(
          "A subject is blocked for 1 ms to %d days, was %s. Take a long time for one that is to stay blocked."
              .formatted(SubjectLists.LONGEST_BLOCK.toDays(), time));
    }
    list("BLOCK", Long.toString(time.toMillis()), subject);
  }

  /** Ends a block, as {@link #block} begins it. Whoever is not blocked stays as he is. */
  public void unblock(String subject) {
    Listing listing = oversight.lists().find(subject);
    if (listing == null || listing.isBlocked()) {
      list("UNLIST", "-", subject);
    }
  }

  /**
   * Allows a subject everything, at all limiters, without asking Redis and without counting, until
   * {@link #disallow} ends it. Follows the rules of {@link #block}, and ends one: whoever can choose
   * to have this name at any limiter is allowed everything at that one, too.
   */
  public void allow(String subject) {
    list("ALLOW", "-", subject);
  }

  /** Ends that a subject is allowed, as {@link #block} begins one. Who is not allowed stays as he is. */
  public void disallow(String subject) {
    Listing listing = oversight.lists().find(subject);
    if (listing == null || !listing.isBlocked()) {
      list("UNLIST", "-", subject);
    }
  }

  private void list(String what, String of, String subject) {
    if (subject.isEmpty() || subject.length() > SubjectLists.LONGEST_SUBJECT) {
      throw new IllegalArgumentException(
          "A subject on a list has 1 to %d characters, not %d. Use a digest of longer ones as the subject."
              .formatted(SubjectLists.LONGEST_SUBJECT, subject.length()));
    }
    if (!oversight.settings().tell(what, of, WireText.encode(subject))) {
      throw new IllegalStateException(
          "%d subjects are blocked or allowed already, as many as instances keep. End some by unblock or disallow, or deny whole networks before they reach the application."
              .formatted(SubjectLists.MOST));
    }
  }

  /** Returns who is blocked or allowed, by subject, as this instance knows it. No round trip. */
  public List<Listing> listed() {
    return oversight.lists().all();
  }

  /** Returns what this instance decided since it started. No round trip. */
  public LimitUsage usage() {
    return oversight.usage().usage(oversight.strikes().lost());
  }

  /**
   * Returns what all instances decided, by the limiters of this one. One round trip.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  public LimitUsage fleetUsage() {
    return oversight.ledger().read(oversight.strikes().lost());
  }

  /** Tells {@code listener} what is remarkable from now on. */
  public void addListener(LimitListener listener) {
    oversight.listeners().add(listener);
  }

  /**
   * Takes the permits of all charges, or none. One round trip: one script if all have one subject,
   * else one for each subject at the same time, and a second round trip if some of them deny, to give
   * back what the others took. Blocks up to the command time-out for each round trip.
   *
   * @param charges one or more, none twice of the same limiter and subject
   * @return the decisions, in their order; where this instance knows already that some deny, only
   *     those
   * @throws IllegalArgumentException if there is none, or one twice
   */
  public Decisions check(List<Charge> charges) {
    return checks.check(null, charges);
  }

  /**
   * As {@link #check(List)}, and counts a denied request by its endpoint.
   *
   * @param endpoint of the application, {@code POST /login} say: never what a client chose, as 200 are
   *     told apart
   */
  public Decisions check(String endpoint, List<Charge> charges) {
    return checks.check(Objects.requireNonNull(endpoint, "endpoint"), charges);
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

  /** Returns what it exchanges with other instances. */
  LimitOversight oversight() {
    return oversight;
  }

  /**
   * Stops its threads, and tells Redis once more what was counted: blocks up to some command time-outs
   * if Redis hangs. Limiters stay usable, but know nothing of other instances and ask Redis each time.
   */
  @Override
  public void close() {
    oversight.close();
    Redis had = taken;
    taken = null;
    if (had != null) {
      TAKEN.remove(had);
    }
  }
}
