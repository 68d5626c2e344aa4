package dev.forebay.limits;

import dev.forebay.redis.Redis;
import dev.forebay.redis.spi.RedisCommands;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one instance knows of its limits, and exchanges with the others: news, strikes, usage and
 * places to be given back; {@link LimitDuties} says when.
 */
final class LimitOversight implements ReturnedPermits.Listener, AutoCloseable {

  private final Map<String, RateLimiter> limiters;
  private final LimitKeys keys;
  private final boolean enabled;
  private final LongSupplier nanoClock;
  private final LimitListeners listeners = new LimitListeners();
  private final KnownDenials denials;
  private final SubjectLists lists;
  private final ChangedLimits changed;
  private final SharedSettings settings;
  private final ReturnedPermits returns;
  private final LimitNews news;
  private final LocalLimits local;
  private final LocalPenalties penalties;
  private final LeasedPermits leased;
  private final LocalStrikes strikes;
  private final ConcurrencyScripts concurrencyScripts;
  private final LateReleases lateReleases;
  private final UsageTallies usage = new UsageTallies();
  private final UsageLedger ledger;
  private final LimitWatch watch;
  private volatile @Nullable LimitDuties duties;

  /**
   * Begins nothing.
   *
   * @param limiters by name
   * @param enabled whether there is a Redis
   * @param now ms since epoch, or empty for the time of the server
   * @param nanoClock as {@link System#nanoTime}
   */
  LimitOversight(
      Map<String, RateLimiter> limiters,
      RedisCommands redis,
      LimitKeys keys,
      RedisLimits limits,
      boolean enabled,
      Supplier<String> now,
      LongSupplier nanoClock) {
    this.limiters = limiters;
    this.keys = keys;
    this.enabled = enabled;
    this.nanoClock = nanoClock;
    this.denials = new KnownDenials(nanoClock);
    this.lists = new SubjectLists(nanoClock);
    this.local = new LocalLimits(nanoClock);
    this.penalties = new LocalPenalties(nanoClock);
    this.leased = new LeasedPermits(nanoClock);
    this.changed = new ChangedLimits(listeners, this::onChange);
    this.strikes = new LocalStrikes(limits, denials, nanoClock, enabled);
    this.concurrencyScripts = new ConcurrencyScripts(redis, now);
    this.lateReleases = new LateReleases(concurrencyScripts, nanoClock, enabled);
    this.ledger = new UsageLedger(new UsageScripts(redis, keys), usage, now);
    this.watch = new LimitWatch(usage, listeners, nanoClock);
    NewsScripts scripts = new NewsScripts(redis, keys);
    this.settings = new SharedSettings(scripts, lists, changed, enabled);
    this.returns = new ReturnedPermits(scripts, this, enabled);
    this.news = new LimitNews(scripts, settings, returns, now, nanoClock);
  }

  /**
   * Reads what was changed at run time, if Redis is there, and begins to follow it. Where Redis is
   * switched off, only looks for suspicious patterns.
   */
  void begin(Redis redis) {
    LimitDuties begun = new LimitDuties(news, enabled ? this::flush : watch::look);
    duties = begun;
    if (enabled) {
      redis.commands().subscribe(keys.newsChannel(), begun::hear);
      begun.begin();
    } else {
      begun.beginFlushes();
    }
  }

  /** Tells Redis what it does not know yet, and looks for suspicious patterns. */
  void flush() {
    lateReleases.flush();
    strikes.flush();
    ledger.flush();
    watch.look();
  }

  @Override
  public @Nullable RateLimiter find(String limiter) {
    return limiters.get(limiter);
  }

  @Override
  public void onReturn(RateLimiter limiter, String subject, boolean all) {
    denials.forget(limiter, subject);
    if (all) {
      local.reset(limiter.name(), subject);
      penalties.forget(limiter.name(), subject);
      leased.forget(limiter, subject);
      strikes.forget(limiter, subject);
    }
  }

  @Override
  public void onUnknownReturns() {
    denials.forgetAll();
    leased.forgetAll();
    strikes.forgetAll();
  }

  private void onChange(RateLimiter limiter) {
    denials.forget(limiter);
    leased.forget(limiter);
  }

  /**
   * Returns what a limit answers without Redis that is to answer {@code asked}. Where Redis is switched
   * off there is nothing to wait for, and this process counts all there is: none is closed.
   */
  WhenUnavailable answering(WhenUnavailable asked) {
    return !enabled && asked == WhenUnavailable.CLOSED ? WhenUnavailable.LOCAL : asked;
  }

  /** A limiter is built. */
  void attach(RateLimiter limiter) {
    usage.add(limiter);
    changed.attach(limiter);
  }

  /** Returns whether there is a Redis; else this process counts all there is. */
  boolean enabled() {
    return enabled;
  }

  LongSupplier nanoClock() {
    return nanoClock;
  }

  LimitListeners listeners() {
    return listeners;
  }

  KnownDenials denials() {
    return denials;
  }

  SubjectLists lists() {
    return lists;
  }

  ChangedLimits changed() {
    return changed;
  }

  SharedSettings settings() {
    return settings;
  }

  ReturnedPermits returns() {
    return returns;
  }

  LimitNews news() {
    return news;
  }

  LocalLimits local() {
    return local;
  }

  LocalPenalties penalties() {
    return penalties;
  }

  LeasedPermits leased() {
    return leased;
  }

  LocalStrikes strikes() {
    return strikes;
  }

  ConcurrencyScripts concurrencyScripts() {
    return concurrencyScripts;
  }

  LateReleases lateReleases() {
    return lateReleases;
  }

  UsageTallies usage() {
    return usage;
  }

  UsageLedger ledger() {
    return ledger;
  }

  LimitWatch watch() {
    return watch;
  }

  /**
   * Stops its threads, and flushes once more. From then on denials are not remembered, as nobody says
   * any more when to forget them.
   */
  @Override
  public void close() {
    LimitDuties begun = duties;
    if (begun == null || begun.hasEnded()) {
      return;
    }
    begun.end();
    denials.close();
    LimitDuties.quietly(() -> {
      lateReleases.flush();
      strikes.flush();
      ledger.flush();
      news.leave();
    });
  }
}
