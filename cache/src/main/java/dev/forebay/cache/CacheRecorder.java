package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Counts what one cache does, and tells the listeners. */
final class CacheRecorder {

  private final String cache;
  private final CacheListeners listeners;
  private final CacheMeters meters = new CacheMeters();
  private final LongAdder hits = meters.of(CacheCount.HITS);
  private final LongAdder misses = meters.of(CacheCount.MISSES);
  private final LongAdder loads = meters.of(CacheCount.LOADS);
  private final LongAdder loadFailures = meters.of(CacheCount.LOAD_FAILURES);
  private final LongAdder puts = meters.of(CacheCount.PUTS);
  private final LongAdder deletions = meters.of(CacheCount.DELETIONS);
  private final LongAdder failures = meters.of(CacheCount.FAILURES);
  private final LongAdder corruptions = meters.of(CacheCount.CORRUPTIONS);
  private final Histogram readMicros = meters.of(CacheMeasure.READ_MICROS);
  private final Histogram bytesRead = meters.of(CacheMeasure.BYTES_READ);
  private final HotKeySketch hotKeys = new HotKeySketch();
  private final RecentWrites recentWrites = new RecentWrites(this::now);

  CacheRecorder(String cache, CacheListeners listeners) {
    this.cache = cache;
    this.listeners = listeners;
  }

  /** Returns the name of the cache. */
  String cache() {
    return cache;
  }

  void hits(int count) {
    if (count > 0) {
      hits.add(count);
      listeners.tell(listener -> listener.onHit(cache, count));
    }
  }

  void misses(int count) {
    if (count > 0) {
      misses.add(count);
      listeners.tell(listener -> listener.onMiss(cache, count));
    }
  }

  void loaded(CacheLoad load) {
    (load.failed() ? loadFailures : loads).increment();
    meters.of(CacheCount.LOAD_NANOS).add(load.time().toNanos());
    meters
        .of(CacheMeasure.LOAD_MICROS)
        .add(TimeUnit.NANOSECONDS.toMicros(load.time().toNanos()));
    listeners.tell(listener -> listener.onLoad(cache, load));
  }

  /** Redis has stored an entry. */
  void put(EntryWriter.Stored entry) {
    puts.increment();
    recentWrites.written(entry.name(), entry.ttlMillis(), entry.since());
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
    listeners.tell(listener -> listener.onInvalidation(cache, what, count));
  }

  /** An entry could not be read as a value. */
  void unreadable(RuntimeException failure) {
    corruptions.increment();
    listeners.tell(listener -> listener.onFailure(cache, "decode", failure));
  }

  void failed(String operation, RuntimeException failure) {
    failures.increment();
    listeners.tell(listener -> listener.onFailure(cache, operation, failure));
  }

  /** Asks Redis; empty if it fails, which is counted. */
  <T> Optional<T> attempt(String operation, Supplier<Optional<T>> question) {
    try {
      return timed(operation, question);
    } catch (ForebayException e) {
      failed(operation, e);
      return Optional.empty();
    }
  }

  /** Asks Redis, and tells how long that took if anyone wants to know. */
  <T> T timed(String operation, Supplier<T> question) {
    if (!listeners.wantOperations()) {
      return question.get();
    }
    long start = System.nanoTime();
    T answer = question.get();
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    listeners.tell(listener -> listener.onOperation(cache, operation, time));
    return answer;
  }

  /** As {@link #timed}, for what reads entries: how long that took is always counted. */
  <T> T timedRead(String operation, Supplier<T> question) {
    boolean wanted = listeners.wantOperations();
    long start = System.nanoTime();
    T answer = question.get();
    long nanos = System.nanoTime() - start;
    read(nanos);
    if (wanted) {
      listeners.tell(listener -> listener.onOperation(cache, operation, Duration.ofNanos(nanos)));
    }
    return answer;
  }

  /** An entry is asked for, wherever it will come from. */
  void asked(String entry) {
    hotKeys.read(entry);
  }

  /** Redis answered a read, of one entry or of many. */
  void read(long nanos) {
    readMicros.add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** A read found a value of so many bytes. */
  void found(int bytes) {
    bytesRead.add(bytes);
  }

  /** Returns the time in ms by a clock that never goes back. */
  long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** A value of so many bytes is sent. */
  void sent(int bytes) {
    meters.of(CacheMeasure.BYTES_WRITTEN).add(bytes);
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

  /** A value that a read found is served. */
  void served(Cached<?> hit) {
    if (hit.freshness() == Cached.Freshness.STALE) {
      servedStale();
    }
    served(hit.value());
  }

  /** A value that a read found is served, also to those who shared the read. */
  void served(Object found) {
    if (found instanceof Optional<?> value && value.isEmpty()) {
      // It says that the source has none.
      meters.of(CacheCount.NEGATIVES).increment();
    }
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

  /** A value must not be stored. */
  void refused(RefusedValueException refusal) {
    meters.of(CacheCount.REFUSALS).increment();
    listeners.tell(listener -> listener.onFailure(cache, "encode", refusal));
  }

  /** @param naming turns names in Redis into those to show */
  HotKeys hotKeys(UnaryOperator<String> naming) {
    return hotKeys.snapshot(naming);
  }

  CacheStatistics statistics() {
    return meters.snapshot();
  }
}
