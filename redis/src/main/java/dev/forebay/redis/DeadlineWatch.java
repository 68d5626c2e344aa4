package dev.forebay.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes callers whose time is over, as a timer for each would cost too much, and notices servers that
 * are away without a word. Has a thread of its own, where no listener can block it.
 */
final class DeadlineWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private final Supplier<@Nullable Link> link;
  private final Consumer<Link> adrift;
  private final ScheduledExecutorService thread;

  /**
   * @param link the connection whose callers are to be woken, if there is one at the moment
   * @param adrift told of a link that {@linkplain Link#isAdrift is adrift}, again and again; must not
   *     block
   */
  DeadlineWatch(
      String threadName,
      Duration commandTimeout,
      Supplier<@Nullable Link> link,
      Consumer<Link> adrift) {
    this.link = link;
    this.adrift = adrift;
    long tick = tickNanos(commandTimeout);
    this.thread = ConnectionSupervisor.threadNamed(threadName);
    var unused = thread.scheduleWithFixedDelay(this::wakeOverdue, tick, tick, NANOSECONDS);
  }

  /** Returns how often to look for callers whose time is over: so much later may they give up. */
  private static long tickNanos(Duration commandTimeout) {
    return Math.max(
        MILLISECONDS.toNanos(5), Math.min(MILLISECONDS.toNanos(50), commandTimeout.toNanos() / 8));
  }

  private void wakeOverdue() {
    try {
      Link present = link.get();
      if (present != null) {
        present.wakeOverdue();
        if (present.isAdrift()) {
          adrift.accept(present);
        }
      }
    } catch (Throwable e) {
      // Whatever it is, it must not end the ticking.
      log.warn("Callers whose time is over are woken later", e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
