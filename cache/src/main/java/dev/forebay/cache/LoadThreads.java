package dev.forebay.cache;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which loaders run that no caller waits for, or not to their end. Bounded, so that
 * a slow source is not asked ever more.
 */
final class LoadThreads implements AutoCloseable {

  private static final int REFRESHES = 8;
  private static final int WAITING_REFRESHES = 1_000;
  private static final int TIMED_LOADS = 256;

  private final ExecutorService refreshes =
      pool(REFRESHES, new LinkedBlockingQueue<>(WAITING_REFRESHES), "forebay-cache-refresh-");
  private final ExecutorService timedLoads =
      pool(TIMED_LOADS, new SynchronousQueue<>(), "forebay-cache-load-");

  /** Runs a refresh soon; returns false if there are too many already. */
  boolean refresh(Runnable refresh) {
    return submit(refreshes, refresh);
  }

  /** Runs a load at once; returns false if too many are running. */
  boolean load(Runnable load) {
    return submit(timedLoads, load);
  }

  private static boolean submit(ExecutorService pool, Runnable task) {
    try {
      pool.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private static ExecutorService pool(int threads, BlockingQueue<Runnable> queue, String name) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory daemons = runnable -> {
      Thread thread = new Thread(runnable, name + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
    boolean direct = queue instanceof SynchronousQueue;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(direct ? 0 : threads, threads, 10, TimeUnit.SECONDS, queue, daemons);
    if (!direct) {
      pool.allowCoreThreadTimeOut(true);
    }
    return pool;
  }

  @Override
  public void close() {
    refreshes.shutdownNow();
    timedLoads.shutdownNow();
  }
}
