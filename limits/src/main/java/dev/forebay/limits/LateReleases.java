package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places of {@link ConcurrencyLimiter}s that are to be given back when Redis answers again: those
 * that were asked for without an answer, and may have been taken, and those that could not be given
 * back. Tried each second until their time is over. Safe for concurrent use. Holds {@value #MOST} at
 * most; others are free when their time is over.
 */
final class LateReleases {

  static final int MOST = 10_000;

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final int AT_ONCE = 500;

  private final ConcurrencyScripts scripts;
  private final LongSupplier nanoClock;
  private final boolean enabled;
  private final Map<String, Late> late = new ConcurrentHashMap<>(); // by holder

  /**
   * @param nanoClock as {@link System#nanoTime}
   * @param enabled whether there is a Redis; else there is nothing to give back
   */
  LateReleases(ConcurrencyScripts scripts, LongSupplier nanoClock, boolean enabled) {
    this.scripts = scripts;
    this.nanoClock = nanoClock;
    this.enabled = enabled;
  }

  /** @param until when the place is free anyway */
  private record Late(String key, String holder, long until) {}

  /**
   * Gives a place back later.
   *
   * @param holdTime after which it is free anyway
   */
  void add(String key, String holder, Duration holdTime) {
    if (enabled && late.size() < MOST) {
      late.put(holder, new Late(key, holder, nanoClock.getAsLong() + holdTime.toNanos()));
    }
  }

  /** Gives back what Redis takes. No round trip if there is nothing, else one for each 500. */
  void flush() {
    long now = nanoClock.getAsLong();
    late.values().removeIf(one -> now - one.until >= 0);
    List<Late> all = List.copyOf(late.values());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Late> part = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      List<Reply<ScriptReply>> replies = new ArrayList<>(part.size());
      part.forEach(one -> replies.add(scripts.release(one.key, one.holder)));
      for (int i = 0; i < part.size(); i++) {
        try {
          var unused = replies.get(i).await();
          late.remove(part.get(i).holder);
        } catch (ForebayException e) {
          log.debug("A place is given back later: {}", e.getMessage());
        }
      }
    }
  }

  int size() {
    return late.size();
  }
}
