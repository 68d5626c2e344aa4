package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.Redis;
import dev.forebay.redis.spi.RedisCommands;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one instance exchanges with the others about its limits: news, twice a second, and strikes and
 * usage, each second. It has two threads, so that news don't wait for the rest.
 */
final class LimitOversight implements LimitNews.Listener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final long BEAT_MILLIS = 500;
  private static final long FLUSH_MILLIS = 1_000;
  private static final long LONGEST_END_MILLIS = 2_000;

  private final Map<String, RateLimiter> limiters;
  private final LimitKeys keys;
  private final LimitListeners listeners = new LimitListeners();
  private final KnownDenials denials;
  private final SubjectLists lists;
  private final ChangedLimits changed;
  private final LimitNews news;
  private final LocalLimits local;
  private final LeasedPermits leased;
  private final LocalStrikes strikes;
  private final UsageTallies usage = new UsageTallies();
  private final UsageLedger ledger;
  private final LimitWatch watch;
  private volatile @Nullable ScheduledExecutorService threads;

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
    this.denials = new KnownDenials(nanoClock);
    this.lists = new SubjectLists(nanoClock);
    this.local = new LocalLimits(nanoClock);
    this.leased = new LeasedPermits(nanoClock);
    this.changed = new ChangedLimits(listeners, this::onChange);
    this.strikes = new LocalStrikes(limits, denials);
    this.ledger = new UsageLedger(new UsageScripts(redis, keys), usage, now);
    this.watch = new LimitWatch(usage, listeners, nanoClock);
    this.news =
        new LimitNews(new NewsScripts(redis, keys), denials, lists, changed, this, enabled, now);
  }

  /**
   * Reads what was changed at run time, if Redis is there, and begins to follow it. Where Redis is
   * switched off, only looks for suspicious patterns.
   */
  void begin(Redis redis) {
    AtomicInteger count = new AtomicInteger();
    ScheduledExecutorService started = Executors.newScheduledThreadPool(2, runnable -> {
      Thread daemon = new Thread(runnable, "forebay-limits-" + count.incrementAndGet());
      daemon.setDaemon(true);
      return daemon;
    });
    threads = started;
    if (!redis.settings().enabled()) {
      each(started, FLUSH_MILLIS, watch::look);
      return;
    }
    redis.commands().subscribe(keys.newsChannel(), message -> hear(message, started));
    beat();
    each(started, BEAT_MILLIS, this::beat);
    each(started, FLUSH_MILLIS, this::flush);
  }

  private void hear(String message, ScheduledExecutorService started) {
    if (news.hear(message)) {
      try {
        started.execute(this::follow);
      } catch (RejectedExecutionException e) {
        log.debug("Limits are closed and follow nothing any more");
      }
    }
  }

  private void follow() {
    quietly(news::follow);
  }

  private void beat() {
    quietly(news::beat);
  }

  /** Tells Redis of strikes and usage, and looks for suspicious patterns. */
  void flush() {
    strikes.flush();
    ledger.flush();
    watch.look();
  }

  private static void quietly(Runnable exchange) {
    try {
      exchange.run();
    } catch (ForebayException e) {
      log.debug("Limits stay as they are: {}", e.getMessage());
    }
  }

  private static void each(ScheduledExecutorService threads, long millis, Runnable duty) {
    var unused = threads.scheduleWithFixedDelay(
        () -> {
          try {
            duty.run();
          } catch (RuntimeException e) {
            // Whatever it is, it must not end the duty.
            log.warn("What limits exchange with other instances is tried again", e);
          }
        },
        millis,
        millis,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public @Nullable RateLimiter find(String limiter) {
    return limiters.get(limiter);
  }

  @Override
  public void onReset(RateLimiter limiter, String subject) {
    local.reset(new Charge(limiter, subject, 1));
    leased.forget(limiter, subject);
    strikes.forget(limiter, subject);
  }

  private void onChange(RateLimiter limiter) {
    denials.forget(limiter);
    leased.forget(limiter);
  }

  /** A limiter is built. */
  void attach(RateLimiter limiter) {
    usage.add(limiter);
    changed.attach(limiter);
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

  LimitNews news() {
    return news;
  }

  LocalLimits local() {
    return local;
  }

  LeasedPermits leased() {
    return leased;
  }

  LocalStrikes strikes() {
    return strikes;
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
    ScheduledExecutorService started = threads;
    if (started == null || started.isShutdown()) {
      return;
    }
    started.shutdown();
    denials.close();
    awaitEnd(started); // a flush that is under way is not to be interrupted: it would be sent again
    quietly(() -> {
      strikes.flush();
      ledger.flush();
      news.leave();
    });
  }

  private static void awaitEnd(ScheduledExecutorService started) {
    try {
      if (!started.awaitTermination(LONGEST_END_MILLIS, TimeUnit.MILLISECONDS)) {
        started.shutdownNow();
      }
    } catch (InterruptedException e) {
      started.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
