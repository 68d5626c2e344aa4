package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.ScriptReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What instances tell each other of subjects whose permits came back: some by a refund, or all by a
 * reset. Then what is remembered of the subject does not hold any more. Safe for concurrent use.
 */
final class ReturnedPermits extends NumberedNews {

  /*
   * They are numbered as changes of limits are, apart from those: they may be many. Redis keeps the
   * latest 1,000, so that an instance that missed messages reads what it missed, and no more. If it
   * missed more than are kept, or Redis has lost them, it forgets all that a reset may have ended.
   */

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final NewsScripts scripts;
  private final Listener listener;
  private final boolean enabled;

  /** Who remembers something of subjects. It must not block. */
  interface Listener {

    /** Returns the limiter of a name, if this instance has it. */
    @Nullable
    RateLimiter find(String limiter);

    /**
     * Permits came back.
     *
     * @param subject as {@link LimitKeys#shortened} makes it
     * @param all whether all did, and strikes are forgotten
     */
    void onReturn(RateLimiter limiter, String subject, boolean all);

    /** Permits of anybody may have come back. */
    void onUnknownReturns();
  }

  /** @param enabled whether there is a Redis */
  ReturnedPermits(NewsScripts scripts, Listener listener, boolean enabled) {
    this.scripts = scripts;
    this.listener = listener;
    this.enabled = enabled;
  }

  /**
   * Tells that all permits of a subject came back. One round trip.
   *
   * @throws ForebayException if Redis fails; then it is told here, and maybe to others
   */
  void tellReset(RateLimiter limiter, String subject) {
    String place = LimitKeys.shortened(subject);
    listener.onReturn(limiter, place, true);
    if (enabled) {
      var unused =
          scripts.tellReturn("RESET", limiter.name(), WireText.encode(place)).await();
    }
  }

  /** Tells that permits of a subject came back; does not wait for it to be heard. */
  void tellRefund(RateLimiter limiter, String subject) {
    String place = LimitKeys.shortened(subject);
    listener.onReturn(limiter, place, false);
    try {
      if (enabled) {
        var unused = scripts.tellReturn("REFUND", limiter.name(), WireText.encode(place));
      }
    } catch (ForebayException e) {
      log.debug("Other instances are not told of a refund: {}", e.getMessage());
    }
  }

  @Override
  boolean hear(String message) {
    String[] parts = message.split(" ", 3);
    hearing.lock();
    try {
      long before = Long.parseLong(parts[1]);
      int space = parts[2].indexOf(' ');
      long number = Long.parseLong(parts[2].substring(0, space));
      if (number <= seen) {
        return false;
      }
      apply(parts[2].substring(space + 1));
      if (before == seen) {
        seen = number;
      } else {
        behind = true;
      }
      return behind;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      log.warn("A message on the channel of limits is damaged; it changes nothing");
      return false;
    } finally {
      hearing.unlock();
    }
  }

  /** @param text what, limiter and subject */
  private void apply(String text) {
    String[] parts = text.split(" ", 3);
    RateLimiter limiter = parts.length < 3 ? null : listener.find(parts[1]);
    if (limiter != null) {
      listener.onReturn(limiter, WireText.decode(parts[2]), parts[0].equals("RESET"));
    }
  }

  /**
   * Reads what was not heard. One round trip, or none if nothing may have been missed.
   *
   * @throws ForebayException if Redis fails; then it is to be called again
   */
  @Override
  void follow() {
    following.lock();
    try {
      if (!behind) {
        return;
      }
      behind = false;
      boolean followed = false;
      try {
        long from = seen();
        adopt(scripts.readReturns(from).await(), from);
        followed = true;
      } finally {
        if (!followed) {
          behind = true;
        }
      }
    } finally {
      following.unlock();
    }
  }

  private void adopt(ScriptReply reply, long from) {
    hearing.lock();
    try {
      long latest = reply.number(0);
      boolean none = reply.size() == 1;
      boolean missed = from < 0 || (none ? latest != from : beforeOf(reply.text(2)) != from);
      if (missed) {
        listener.onUnknownReturns();
        seen = seen == from ? latest : Math.max(seen, latest);
      }
      for (int i = 1; i + 1 < reply.size(); i += 2) {
        if (missed || reply.number(i) > seen) {
          String text = reply.text(i + 1);
          apply(text.substring(text.indexOf(' ') + 1));
          seen = Math.max(seen, reply.number(i));
        }
      }
    } finally {
      hearing.unlock();
    }
  }

  private static long beforeOf(String text) {
    return Long.parseLong(text.substring(0, Math.max(0, text.indexOf(' '))));
  }
}
