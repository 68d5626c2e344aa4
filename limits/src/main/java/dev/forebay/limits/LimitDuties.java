package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When an instance does what it owes the others: it beats and follows news twice a second, and as
 * soon as a message shows that one was lost, and flushes each second. It has two threads, so that
 * news don't wait for the rest.
 */
final class LimitDuties {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final long BEAT_MILLIS = 500;
  private static final long FLUSH_MILLIS = 1_000;
  private static final long LONGEST_END_MILLIS = 2_000;

  private final LimitNews news;
  private final Runnable flush;
  private final ScheduledThreadPoolExecutor threads;
  /** How often to follow: once if somebody does so now, twice if it was asked for meanwhile. */
  private final AtomicInteger toFollow = new AtomicInteger();

  LimitDuties(LimitNews news, Runnable flush) {
    this.news = news;
    this.flush = flush;
    AtomicInteger count = new AtomicInteger();
    this.threads = new ScheduledThreadPoolExecutor(2, runnable -> {
      Thread daemon = new Thread(runnable, "forebay-limits-" + count.incrementAndGet());
      daemon.setDaemon(true);
      return daemon;
    });
  }

  /** Begins all duties, after one beat on this thread, to which an Error of it belongs. */
  void begin() {
    try {
      quietly(() -> {
        news.beat();
        news.follow();
      });
    } catch (RuntimeException e) {
      logAgain(e);
    }
    each(BEAT_MILLIS, this::beat);
    beginFlushes();
  }

  /** Begins to flush. */
  void beginFlushes() {
    each(FLUSH_MILLIS, flush);
  }

  private void beat() {
    quietly(news::beat);
    followSoon();
  }

  /** Hears a message; never blocks for long. */
  void hear(String message) {
    if (news.hear(message)) {
      followSoon();
    }
  }

  /** However many messages ask for it, it is done by one thread at a time, and noted once more. */
  private void followSoon() {
    if (!news.isBehind() || toFollow.getAndUpdate(times -> Math.min(2, times + 1)) != 0) {
      return;
    }
    try {
      threads.execute(this::follow);
    } catch (RejectedExecutionException e) {
      log.debug("Limits are closed and follow nothing any more");
    }
  }

  private void follow() {
    boolean done = false;
    try {
      do {
        toFollow.set(1);
        quietly(news::follow);
      } while (!toFollow.compareAndSet(1, 0));
      done = true;
    } finally {
      if (!done) {
        toFollow.set(0);
      }
    }
  }

  static void quietly(Runnable exchange) {
    try {
      exchange.run();
    } catch (ForebayException e) {
      log.debug("Limits stay as they are: {}", e.getMessage());
    }
  }

  private void each(long millis, Runnable duty) {
    var unused =
        threads.scheduleWithFixedDelay(() -> goOn(duty), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Carries out a duty that is to go on whatever it throws. */
  private static void goOn(Runnable duty) {
    try {
      duty.run();
    } catch (Throwable e) {
      // An Error too: it would end the duty without a word.
      logAgain(e);
    }
  }

  private static void logAgain(Throwable failure) {
    log.warn("What limits exchange with other instances is tried again", failure);
  }

  /** Returns how much waits for a thread or its time. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Returns whether it was told to end. */
  boolean hasEnded() {
    return threads.isShutdown();
  }

  /** Begins nothing any more, and waits for what is under way: interrupted, it would be sent again. */
  void end() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LONGEST_END_MILLIS, TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
