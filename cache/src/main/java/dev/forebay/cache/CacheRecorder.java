package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what one cache does, tells the listeners, and logs failures once per burst. */
final class CacheRecorder {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final long BURST_NANOS = Duration.ofSeconds(10).toNanos();

  private final String cache;
  private final List<CacheListener> listeners;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder deletions = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder corruptions = new LongAdder();
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
    loadNanos.add(nanos);
    tell(listener -> listener.onLoad(cache, Duration.ofNanos(nanos)));
  }

  void loadFailed(long nanos) {
    loadFailures.increment();
    loadNanos.add(nanos);
  }

  void put(long count) {
    puts.add(count);
  }

  void deleted(long count) {
    deletions.add(count);
  }

  /** @param names with the application's prefix, which listeners do not see */
  void invalidated(CacheKeys<?> keys, Collection<String> names) {
    if (!listeners.isEmpty()) {
      invalidated(
          new Invalidation.ByKeys(names.stream().map(keys::withoutPrefix).toList()), names.size());
    }
  }

  void invalidated(Invalidation what, long count) {
    if (what instanceof Invalidation.ByPattern by) {
      log.info("Cache '{}' deleted {} entries that match '{}'", cache, count, by.pattern());
    }
    tell(listener -> listener.onInvalidation(cache, what, count));
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

  CacheStatistics statistics() {
    return new CacheStatistics(
        hits.sum(),
        misses.sum(),
        loads.sum(),
        loadFailures.sum(),
        Duration.ofNanos(loadNanos.sum()),
        puts.sum(),
        deletions.sum(),
        failures.sum(),
        corruptions.sum());
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
