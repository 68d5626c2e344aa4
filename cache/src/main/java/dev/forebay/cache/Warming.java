package dev.forebay.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
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
  private final Set<Thread> loading = new HashSet<>();
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
        if (underWay >= parallelism) {
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
    Batch batch = new Batch(keys);
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      batch.enter();
    } finally {
      lock.unlock();
    }
    pool.execute(batch::carryOut);
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
      loading.forEach(Thread::interrupt);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    pool.shutdownNow();
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

  /**
   * Keys that are loaded together. It is under way until its loader has returned, too: where callers
   * wait for a limited time, the cache may serve an expired value while the loader goes on, on another
   * thread. Once the batch has failed, nobody waits for that.
   */
  private final class Batch {

    private final List<K> keys;
    private int threads; // guarded by lock; its own, and one for each call of its loader

    Batch(List<K> keys) {
      this.keys = keys;
    }

    /** With the lock held. */
    void enter() {
      if (threads++ == 0) {
        underWay++;
      }
    }

    /** With the lock held. */
    private void leave(int left) {
      if (threads > 0) {
        threads = Math.max(0, threads - left);
        if (threads == 0) {
          underWay--;
          changed.signalAll();
        }
      }
    }

    void carryOut() {
      Throwable failure = null;
      try {
        load();
      } catch (Throwable e) {
        failure = e;
      }
      try {
        if (counted(failure)) {
          report(false);
        }
      } finally {
        end(failure != null);
      }
    }

    private void load() throws E {
      if (reload) {
        // Deleted and loaded, not overwritten: what changes meanwhile is not covered by what was.
        cache.deleteAll(keys);
      }
      cache.getAllOrLoad(keys, this::loadAll);
    }

    private Map<K, V> loadAll(Set<K> missing) throws E {
      beginLoad();
      int count = 0;
      try {
        Map<K, V> values = new HashMap<>(loader.loadAll(missing));
        values.keySet().retainAll(missing);
        count = values.size();
        return values;
      } finally {
        endLoad(count);
      }
    }

    private void beginLoad() {
      lock.lock();
      try {
        enter();
        loading.add(Thread.currentThread());
        if (stopped) {
          Thread.currentThread().interrupt();
        }
      } finally {
        lock.unlock();
      }
    }

    private void endLoad(int values) {
      lock.lock();
      try {
        loading.remove(Thread.currentThread());
        if (!stopped) {
          loaded += values;
          nextLoad = Math.max(nextLoad, System.nanoTime()) + (long) (values * nanosPerEntry);
        }
        leave(1);
      } finally {
        lock.unlock();
      }
    }

    /** Makes room for the next one, once this one is told of. */
    private void end(boolean failed) {
      lock.lock();
      try {
        leave(failed ? threads : 1);
      } finally {
        lock.unlock();
      }
    }

    /** Counts the batch; false if it ended too late to count. */
    private boolean counted(@Nullable Throwable failure) {
      lock.lock();
      try {
        if (stopped) {
          return false;
        }
        done += keys.size();
        if (failure != null) {
          failed += keys.size();
          firstFailure = firstFailure == null ? failure : firstFailure;
        }
        return true;
      } finally {
        lock.unlock();
      }
    }
  }
}
