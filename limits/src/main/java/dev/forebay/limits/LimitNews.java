package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.ScriptReply;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What instances tell each other: that they are alive, {@linkplain SharedSettings what was changed},
 * and {@linkplain ReturnedPermits whose permits came back}. Safe for concurrent use.
 */
final class LimitNews {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  /** How long an instance counts as alive without a beat. */
  static final long ALIVE_MILLIS = 3_000;

  private final NewsScripts scripts;
  private final SharedSettings settings;
  private final ReturnedPermits returns;
  private final Supplier<String> now;
  private final String instance = UUID.randomUUID().toString();
  private final LongSupplier nanoClock;
  private volatile int instances = 1;
  /** Since when all beats were answered and told of fewer instances than are known; null if not. */
  private volatile @Nullable Long fewerSince;

  /**
   * @param now ms since epoch, or empty for the time of the server
   * @param nanoClock as {@link System#nanoTime}
   */
  LimitNews(
      NewsScripts scripts,
      SharedSettings settings,
      ReturnedPermits returns,
      Supplier<String> now,
      LongSupplier nanoClock) {
    this.scripts = scripts;
    this.settings = settings;
    this.returns = returns;
    this.now = now;
    this.nanoClock = nanoClock;
  }

  /**
   * Returns how many instances were alive when Redis was last heard of; 1 or more, and 1 if it never
   * was. It grows at once, and falls when all beats of {@value #ALIVE_MILLIS} ms have told of fewer:
   * after an outage the others come back one after another, and are not gone until they do.
   */
  int instances() {
    return instances;
  }

  /**
   * Hears a message; never blocks for long.
   *
   * @return whether messages before it were lost, so that {@link #follow} should be called
   */
  boolean hear(String message) {
    if (message.startsWith("S ")) {
      return settings.hear(message);
    }
    if (message.startsWith("R ")) {
      return returns.hear(message);
    }
    log.warn("A message on the channel of limits is none of theirs; it changes nothing");
    return false;
  }

  /**
   * Tells Redis that this instance is alive, and learns whether it missed something. One round trip.
   *
   * @throws ForebayException if Redis fails
   */
  void beat() {
    long settingsSeen = settings.seen();
    long returnsSeen = returns.seen();
    Long before = fewerSince;
    fewerSince = null; // unless this beat is answered
    ScriptReply reply = scripts.beat(instance, ALIVE_MILLIS, now.get()).await();
    settings.compare(reply.number(0), settingsSeen);
    returns.compare(reply.number(1), returnsSeen);
    count((int) Math.max(1, reply.number(2)), before);
  }

  /** @param before since when beats had told of fewer, if they had */
  private void count(int alive, @Nullable Long before) {
    long heardAt = nanoClock.getAsLong();
    long since = before == null ? heardAt : before;
    if (alive < instances && heardAt - since < TimeUnit.MILLISECONDS.toNanos(ALIVE_MILLIS)) {
      fewerSince = since;
    } else {
      instances = alive;
    }
  }

  /**
   * This instance goes. One round trip.
   *
   * @throws ForebayException if Redis fails
   */
  void leave() {
    var unused = scripts.beat(instance, 0, now.get()).await();
  }

  /** Returns whether it missed something. */
  boolean isBehind() {
    return returns.isBehind() || settings.isBehind();
  }

  /**
   * Follows what it missed. No round trip if it missed nothing.
   *
   * @throws ForebayException if Redis fails; then it is to be called again
   */
  void follow() {
    returns.follow();
    settings.follow();
  }
}
