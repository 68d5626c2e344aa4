package dev.forebay.cache;

import dev.forebay.redis.Redis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one instance exchanges with the others about its caches: switches, twice a second, and
 * statistics. It has a thread of its own, so that neither waits for what else is done in the
 * background.
 */
final class CacheOversight implements AutoCloseable {

  /** How often statistics are flushed unless something else is asked for. */
  static final Duration FLUSH_INTERVAL = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final long FOLLOW_MILLIS = 500;

  private final CacheSwitches switches;
  private final FleetLedger fleet;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread daemon = new Thread(runnable, "forebay-cache-oversight");
        daemon.setDaemon(true);
        return daemon;
      });

  private CacheOversight(CacheSwitches switches, FleetLedger fleet) {
    this.switches = switches;
    this.fleet = fleet;
  }

  /**
   * Reads the switches, in one round trip, and begins to follow them. Does nothing where Redis is
   * switched off.
   *
   * @param statistics of this instance by cache
   * @param flushInterval how often statistics are flushed; zero for not at all
   */
  static CacheOversight begin(
      Redis redis, Supplier<Map<String, CacheStatistics>> statistics, Duration flushInterval) {
    String prefix = redis.settings().keyPrefix();
    boolean enabled = redis.settings().enabled();
    boolean flushes = !flushInterval.isZero();
    Duration interval = flushes ? flushInterval : FLUSH_INTERVAL;
    CacheOversight oversight = new CacheOversight(
        new CacheSwitches(redis.commands(), prefix, enabled),
        new FleetLedger(redis.commands(), prefix, statistics, interval, () -> ""));
    if (enabled) {
      oversight.switches.refresh();
      oversight.each(FOLLOW_MILLIS, oversight.switches::refresh);
      if (flushes) {
        oversight.each(interval.toMillis(), oversight.fleet::flush);
      }
    }
    return oversight;
  }

  CacheSwitches switches() {
    return switches;
  }

  FleetLedger fleet() {
    return fleet;
  }

  private void each(long millis, Runnable duty) {
    var unused = thread.scheduleWithFixedDelay(
        () -> {
          try {
            duty.run();
          } catch (RuntimeException e) {
            // Whatever it is, it must not end the duty.
            log.warn("What caches exchange with other instances is tried again", e);
          }
        },
        millis,
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Stops its thread. What was not flushed is lost. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
