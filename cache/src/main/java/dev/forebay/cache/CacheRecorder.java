package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts what one cache does, and tells the listeners. */
final class CacheRecorder {

  private final String cache;
  private final CacheListeners listeners;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder deletions = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder corruptions = new LongAdder();

  CacheRecorder(String cache, CacheListeners listeners) {
    this.cache = cache;
    this.listeners = listeners;
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
    loadNanos.add(load.time().toNanos());
    listeners.tell(listener -> listener.onLoad(cache, load));
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
}
