package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.ScriptReply;
import java.util.UUID;
import java.util.function.Supplier;
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
  private volatile int instances = 1;

  /** @param now ms since epoch, or empty for the time of the server */
  LimitNews(
      NewsScripts scripts, SharedSettings settings, ReturnedPermits returns, Supplier<String> now) {
    this.scripts = scripts;
    this.settings = settings;
    this.returns = returns;
    this.now = now;
  }

  /** Returns how many instances were alive when Redis was last heard of; 1 or more. */
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
    ScriptReply reply = scripts.beat(instance, ALIVE_MILLIS, now.get()).await();
    settings.compare(reply.number(0), settingsSeen);
    returns.compare(reply.number(1), returnsSeen);
    instances = (int) Math.max(1, reply.number(2));
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
