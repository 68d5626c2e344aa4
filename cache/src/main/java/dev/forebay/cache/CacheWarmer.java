package dev.forebay.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fills caches before they are asked, at the start of an application say, in batches: a few at a
 * time, and no faster than the source bears. Safe for concurrent use.
 */
public final class CacheWarmer implements AutoCloseable {

  private final int batch;
  private final int parallelism;
  private final double rate;
  private final boolean reload;
  private final @Nullable Consumer<WarmingProgress> progress;
  private final Set<Warming<?, ?, ?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  CacheWarmer(
      int batch,
      int parallelism,
      double rate,
      boolean reload,
      @Nullable Consumer<WarmingProgress> progress) {
    this.batch = batch;
    this.parallelism = parallelism;
    this.rate = rate;
    this.reload = reload;
    this.progress = progress;
  }

  /** Begins to describe a warmer. */
  public static CacheWarmerBuilder builder() {
    return new CacheWarmerBuilder();
  }

  /**
   * Loads what is missing for the keys. Blocks until all are done; keys are taken from the iterator
   * on this thread, when there is room for them, and loaded on threads that end with this call. What
   * is stale and still served is not missing, and not refreshed either, whatever these threads read:
   * that is left to who asks next. Where the cache limits how long callers wait, a batch waits until
   * its loader returns, which is interrupted after that time: one that does not heed it holds this up.
   *
   * <p>A batch whose loader throws is counted as failed, and the next one goes on; the first failure
   * is logged. When the warmer is closed, or this thread is interrupted, no further batch begins,
   * those under way are interrupted and not waited for, and what was done is returned; an interrupted
   * thread stays so. What Redis does not take is not counted as failed, as for every other write.
   *
   * @param keys where they are many, lazily produced; a collection tells how many there are
   * @param loader gets the keys that are missing, or all of a batch; called by several threads
   * @return how it ended
   * @throws IllegalStateException if the warmer is closed
   */
  public <K, V, E extends Exception> WarmingProgress warm(
      Cache<K, V> cache, Iterable<? extends K> keys, BatchLoader<K, ? extends V, E> loader) {
    OptionalLong total = keys instanceof Collection<?> collection
        ? OptionalLong.of(collection.size())
        : OptionalLong.empty();
    return warm(cache, keys.iterator(), total, loader);
  }

  /**
   * As {@link #warm(Cache, Iterable, BatchLoader)}, for keys that come from a query say. The stream
   * is consumed by this thread, and left for the caller to close.
   */
  public <K, V, E extends Exception> WarmingProgress warm(
      Cache<K, V> cache, Stream<? extends K> keys, BatchLoader<K, ? extends V, E> loader) {
    var spliterator = keys.sequential().spliterator();
    long size = spliterator.getExactSizeIfKnown();
    return warm(
        cache,
        Spliterators.iterator(spliterator),
        size < 0 ? OptionalLong.empty() : OptionalLong.of(size),
        loader);
  }

  /** Stops all that is under way. */
  @Override
  public void close() {
    closed = true;
    underWay.forEach(Warming::stop);
  }

  private <K, V, E extends Exception> WarmingProgress warm(
      Cache<K, V> cache,
      Iterator<? extends K> keys,
      OptionalLong total,
      BatchLoader<K, ? extends V, E> loader) {
    Objects.requireNonNull(loader, "loader");
    Consumer<WarmingProgress> listener =
        progress == null ? WarmingDisplay.forThisProcess() : progress;
    Warming<K, V, E> warming =
        new Warming<>(cache, loader, reload, parallelism, rate, total, listener);
    underWay.add(warming);
    try {
      if (closed) {
        throw new IllegalStateException(
            "The warmer of cache '%s' is closed. Build another one.".formatted(cache.name()));
      }
      while (keys.hasNext() && warming.awaitRoom()) {
        List<K> next = new ArrayList<>(batch);
        while (next.size() < batch && keys.hasNext()) {
          next.add(keys.next());
        }
        warming.begin(next);
      }
      return warming.end();
    } finally {
      warming.stop();
      underWay.remove(warming);
    }
  }
}
