package dev.forebay.cache;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one cache on which loaders run that no caller waits for, or not to their end.
 * Bounded, so that a slow source is not asked ever more; and no other cache is held up by it. They
 * are begun when they are needed, and end when they are idle. Safe for concurrent use.
 */
final class LoadThreads implements AutoCloseable {

  static final int REFRESHES = 4;
  static final int WAITING_REFRESHES = 1_000;
  static final int TIMED_LOADS = 256;

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final ExecutorService refreshes;
  private final ExecutorService timedLoads;
  private final Semaphore free = new Semaphore(TIMED_LOADS);

  /** @param cache whose name the threads carry */
  LoadThreads(String cache) {
    this(named("forebay-cache-refresh-" + cache + "-"), named("forebay-cache-load-" + cache + "-"));
  }

  LoadThreads(ThreadFactory forRefreshes, ThreadFactory forTimedLoads) {
    refreshes =
        pool(REFRESHES, REFRESHES, new LinkedBlockingQueue<>(WAITING_REFRESHES), forRefreshes);
    // More than are free for a moment, as a load that has ended is still on its thread.
    timedLoads = pool(0, Integer.MAX_VALUE, new SynchronousQueue<>(), forTimedLoads);
  }

  /** Runs a refresh soon; returns false if there are too many already, or no thread can begin. */
  boolean refresh(Runnable refresh) {
    try {
      refreshes.execute(refresh);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      return false;
    }
  }

  /**
   * Runs a load at once, or when another one ends.
   *
   * @param atMostNanos how long to wait for that
   * @return whether it runs; false also if this thread is interrupted, which it stays
   */
  boolean load(Runnable load, long atMostNanos) {
    try {
      if (!free.tryAcquire(atMostNanos, TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    boolean begun = false;
    try {
      timedLoads.execute(() -> {
        try {
          load.run();
        } finally {
          free.release();
        }
      });
      begun = true;
    } finally {
      if (!begun) {
        free.release();
      }
    }
    return true;
  }

  private static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return runnable -> {
      Thread thread = new Thread(runnable, name + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static ExecutorService pool(
      int core, int most, BlockingQueue<Runnable> queue, ThreadFactory threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(core, most, IDLE.toSeconds(), TimeUnit.SECONDS, queue, threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Ends refreshes. Loads with a limit to their time go on: callers rely on it. */
  @Override
  public void close() {
    refreshes.shutdownNow();
  }
}
