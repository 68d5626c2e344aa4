package dev.forebay.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The warming of one cache. One thread begins the batches, those of the pool carry them out. */
final class Warming<K, V, E extends Exception> {

  private static final Logger log = LoggerFactory.getLogger(CacheWarmer.class);

  private final Cache<K, V> cache;
  private final BatchLoader<K, ? extends V, E> loader;
  private final boolean reload;
  private final int parallelism;
  private final double nanosPerEntry;
  private final OptionalLong total;
  private final Consumer<WarmingProgress> listener;
  private final ExecutorService pool;
  private final long start = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private int underWay;
  private boolean stopped;
  private long done;
  private long loaded;
  private long failed;
  private long nextLoad = start;
  private @Nullable Throwable firstFailure;

  private final ReentrantLock reporting = new ReentrantLock();
  private boolean reportedEnd; // guarded by reporting

  Warming(
      Cache<K, V> cache,
      BatchLoader<K, ? extends V, E> loader,
      boolean reload,
      int parallelism,
      double rate,
      OptionalLong total,
      Consumer<WarmingProgress> listener) {
    this.cache = cache;
    this.loader = loader;
    this.reload = reload;
    this.parallelism = parallelism;
    this.nanosPerEntry = 1e9 / rate;
    this.total = total;
    this.listener = listener;
    this.pool = Executors.newFixedThreadPool(
        parallelism, runnable -> new WarmerThread(runnable, cache.name()));
  }

  /** Waits until another batch may begin; false if none shall. */
  boolean awaitRoom() {
    lock.lock();
    try {
      while (!stopped) {
        long wait = nextLoad - System.nanoTime();
        if (underWay == parallelism) {
          changed.await();
        } else if (wait > 0) {
          // Others must not wait here in their flights: so it is before the batch, not in it.
          changed.awaitNanos(wait);
        } else {
          return true;
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
      return false;
    } finally {
      lock.unlock();
    }
  }

  void begin(List<K> keys) {
    lock.lock();
    try {
      if (!stopped) {
        underWay++;
        pool.execute(
            () -> carryOut(keys)); // with the lock held: the pool is shut down only after it
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is under way, unless it is stopped, and tells how it ended. */
  WarmingProgress end() {
    lock.lock();
    try {
      while (underWay > 0 && !stopped) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped = true;
      lock.unlock();
    }
    logFailures();
    return report(true);
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    pool.shutdownNow();
  }

  private void carryOut(List<K> keys) {
    Throwable failure = null;
    try {
      load(keys);
    } catch (Throwable e) {
      failure = e;
    }
    try {
      if (counted(keys.size(), failure)) {
        report(false);
      }
    } finally {
      leave();
    }
  }

  private void load(List<K> keys) throws E {
    if (reload) {
      // Deleted and loaded, not overwritten: what changes meanwhile is not covered by what was.
      cache.deleteAll(keys);
    }
    cache.getAllOrLoad(keys, (Set<K> missing) -> {
      Map<K, V> values = new HashMap<>(loader.loadAll(missing));
      values.keySet().retainAll(missing);
      countLoaded(values.size());
      return values;
    });
  }

  private void countLoaded(int values) {
    lock.lock();
    try {
      if (!stopped) {
        loaded += values;
        nextLoad = Math.max(nextLoad, System.nanoTime()) + (long) (values * nanosPerEntry);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts a batch; false if it ended too late to count. */
  private boolean counted(int keys, @Nullable Throwable failure) {
    lock.lock();
    try {
      if (stopped) {
        return false;
      }
      done += keys;
      if (failure != null) {
        failed += keys;
        firstFailure = firstFailure == null ? failure : firstFailure;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Makes room for the next batch, once this one is told of. */
  private void leave() {
    lock.lock();
    try {
      underWay--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private WarmingProgress report(boolean ended) {
    reporting.lock();
    try {
      WarmingProgress progress = progress(ended);
      if (!reportedEnd) {
        reportedEnd = ended;
        listener.accept(progress);
      }
      return progress;
    } catch (RuntimeException e) {
      log.warn("Who is told how cache '{}' warms failed; the warming goes on", cache.name(), e);
      return progress(ended);
    } finally {
      reporting.unlock();
    }
  }

  private WarmingProgress progress(boolean ended) {
    lock.lock();
    try {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      return new WarmingProgress(cache.name(), done, total, loaded, failed, elapsed, ended);
    } finally {
      lock.unlock();
    }
  }

  private void logFailures() {
    lock.lock();
    try {
      if (firstFailure != null) {
        log.warn(
            "{} of {} keys could not be loaded while cache '{}' was warmed; they are loaded when somebody asks for them. The first failure:",
            failed,
            done,
            cache.name(),
            firstFailure);
      }
    } finally {
      lock.unlock();
    }
  }
}
