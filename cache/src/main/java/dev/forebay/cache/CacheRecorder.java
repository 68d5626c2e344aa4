package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what one cache does, tells the listeners, and logs failures once per burst. */
final class CacheRecorder {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final long BURST_NANOS = Duration.ofSeconds(10).toNanos();

  private final String cache;
  private final List<CacheListener> listeners;
  private final CacheMeters meters = new CacheMeters();
  private final LongAdder hits = meters.of(CacheCount.HITS);
  private final LongAdder misses = meters.of(CacheCount.MISSES);
  private final LongAdder loads = meters.of(CacheCount.LOADS);
  private final LongAdder loadFailures = meters.of(CacheCount.LOAD_FAILURES);
  private final LongAdder puts = meters.of(CacheCount.PUTS);
  private final LongAdder deletions = meters.of(CacheCount.DELETIONS);
  private final LongAdder failures = meters.of(CacheCount.FAILURES);
  private final LongAdder corruptions = meters.of(CacheCount.CORRUPTIONS);
  private final HotKeySketch hotKeys = new HotKeySketch();
  private final RecentWrites recentWrites =
      new RecentWrites(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  private final AtomicLong nextLog = new AtomicLong(System.nanoTime());
  private final LongAdder unlogged = new LongAdder();

  /** @param listeners read at each event, so that listeners may be added later */
  CacheRecorder(String cache, List<CacheListener> listeners) {
    this.cache = cache;
    this.listeners = listeners;
  }

  void hits(int count) {
    if (count > 0) {
      hits.add(count);
      tell(listener -> listener.onHit(cache, count));
    }
  }

  void misses(int count) {
    if (count > 0) {
      misses.add(count);
      tell(listener -> listener.onMiss(cache, count));
    }
  }

  void loaded(long nanos) {
    loads.increment();
    loadTook(nanos);
    tell(listener -> listener.onLoad(cache, Duration.ofNanos(nanos)));
  }

  void loadFailed(long nanos) {
    loadFailures.increment();
    loadTook(nanos);
  }

  void put(long count) {
    puts.add(count);
  }

  void deleted(long count) {
    deletions.add(count);
  }

  void invalidated(int count) {
    tell(listener -> listener.onInvalidation(cache, count));
  }

  void invalidated(String pattern, long count) {
    log.info("Cache '{}' deleted {} entries that match '{}'", cache, count, pattern);
    invalidated((int) Math.min(Integer.MAX_VALUE, count));
  }

  /** An entry could not be read as a value. */
  void unreadable(String name, RuntimeException failure) {
    corruptions.increment();
    logOncePerBurst("read '" + name + "'", failure);
    tell(listener -> listener.onFailure(cache, "decode", failure));
  }

  void failed(String operation, RuntimeException failure) {
    failures.increment();
    // That Redis is away the connection has logged, once for all caches.
    if (!(failure instanceof RedisUnavailableException)) {
      logOncePerBurst(operation, failure);
    }
    tell(listener -> listener.onFailure(cache, operation, failure));
  }

  /** Asks Redis; empty if it fails, which is counted. */
  <T> Optional<T> attempt(String operation, Supplier<Optional<T>> question) {
    try {
      return question.get();
    } catch (ForebayException e) {
      failed(operation, e);
      return Optional.empty();
    }
  }

  private void loadTook(long nanos) {
    meters.of(CacheCount.LOAD_NANOS).add(nanos);
    meters.of(CacheMeasure.LOAD_MICROS).add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** An entry is asked for, wherever it will come from. */
  void asked(String entry) {
    hotKeys.read(entry);
  }

  /** Redis answered a read, of one entry or of many. */
  void read(long nanos) {
    meters.of(CacheMeasure.READ_MICROS).add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** A read found a value of so many bytes. */
  void found(int bytes) {
    meters.of(CacheMeasure.BYTES_READ).add(bytes);
  }

  /** A value of so many bytes is sent, to expire after {@code ttlMillis}. */
  void written(String entry, int bytes, long ttlMillis) {
    meters.of(CacheMeasure.BYTES_WRITTEN).add(bytes);
    recentWrites.written(entry, ttlMillis);
  }

  /** A read found no value in Redis, which answered. */
  void absent(String entry) {
    if (recentWrites.hasExpiredLately(entry)) {
      meters.of(CacheCount.EXPIRED_LATELY).increment();
    }
  }

  /** An entry was deleted on purpose. */
  void forgotten(String entry) {
    recentWrites.deleted(entry);
  }

  /** A value past its time to live was served. */
  void servedStale() {
    meters.of(CacheCount.STALE_SERVED).increment();
  }

  /** An entry was renewed while its old value was served. */
  void refreshed() {
    meters.of(CacheCount.REFRESHES).increment();
  }

  /** A read begins to wait for a load by another instance. */
  void waited() {
    meters.of(CacheCount.WAITS).increment();
  }

  /** A guard refused a value. */
  void refused() {
    meters.of(CacheCount.REFUSALS).increment();
  }

  /** A value that was found says that the source has none. */
  void negative() {
    meters.of(CacheCount.NEGATIVES).increment();
  }

  /** @param naming turns names in Redis into those to show */
  HotKeys hotKeys(UnaryOperator<String> naming) {
    return hotKeys.snapshot(naming);
  }

  CacheStatistics statistics() {
    return meters.snapshot();
  }

  private void logOncePerBurst(String operation, RuntimeException failure) {
    long now = System.nanoTime();
    long next = nextLog.get();
    if (now - next >= 0 && nextLog.compareAndSet(next, now + BURST_NANOS)) {
      log.warn(
          "Cache '{}' could not {}; its callers are served from the source. {} ({} failures before this were not logged)",
          cache,
          operation,
          failure.getMessage(),
          unlogged.sumThenReset());
    } else {
      unlogged.increment();
    }
  }

  private void tell(Consumer<CacheListener> event) {
    for (CacheListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        // An Error too, as a listener's missing class must not keep an entry from being deleted.
        log.warn("A listener of cache '{}' failed; the operation goes on", cache, e);
      }
    }
  }
}
