package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What instances tell each other: that permits of a subject came back, that a limit was changed, that
 * a subject was blocked, allowed or neither. Safe for concurrent use.
 */
final class LimitNews {

  /*
   * Each change has a number in Redis, made by the server's clock so that it only grows and never
   * comes again, not even after Redis lost its data. A script makes the change, gives it its number
   * and publishes a message with this number and the one before. An instance that has seen the one
   * before applies the message; then it has seen this number. Else a message was lost: then it
   * forgets all denials it knows, and reads the settings anew. As the last message may be the one
   * that was lost, or an instance may not subscribe at all, it asks for the number twice a second.
   *
   * Messages and answers come on two connections, so a number that was asked for may be older than
   * one that was heard meanwhile. An older one counts only if nothing was heard since it was asked
   * for: then Redis has lost something.
   */

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  /** How long an instance counts as alive without a beat. */
  static final long ALIVE_MILLIS = 3_000;

  private static final int PAGE = 1_000;

  private final NewsScripts scripts;
  private final KnownDenials denials;
  private final SubjectLists lists;
  private final ChangedLimits limits;
  private final Listener listener;
  private final boolean enabled;
  private final Supplier<String> now;
  private final String instance = UUID.randomUUID().toString();
  private final ReentrantLock hearing = new ReentrantLock();
  private final ReentrantLock following = new ReentrantLock();
  private long seen = -1; // guarded by hearing
  private long settingsHeard; // guarded by hearing
  private volatile boolean behind = true;
  private volatile int instances = 1;

  /** Who acts on news about subjects. It must not block. */
  interface Listener {

    /** Returns the limiter of a name, if this instance has it. */
    @Nullable
    RateLimiter find(String limiter);

    /** A subject has all its permits again. */
    void onReset(RateLimiter limiter, String subject);
  }

  /**
   * @param enabled whether there is a Redis; else changes hold for this instance only
   * @param now ms since epoch, or empty for the time of the server
   */
  LimitNews(
      NewsScripts scripts,
      KnownDenials denials,
      SubjectLists lists,
      ChangedLimits limits,
      Listener listener,
      boolean enabled,
      Supplier<String> now) {
    this.scripts = scripts;
    this.denials = denials;
    this.lists = lists;
    this.limits = limits;
    this.listener = listener;
    this.enabled = enabled;
    this.now = now;
  }

  /** Returns how many instances were alive when Redis was last heard of; 1 or more. */
  int instances() {
    return instances;
  }

  /**
   * Makes a change here and in all instances. One round trip.
   *
   * @return false if the list is full
   * @throws ForebayException if Redis fails; then nothing has changed, or it is not known
   */
  boolean tell(String what, String of, String other) {
    if (!enabled) {
      hearing.lock();
      try {
        apply(what, of, other);
        return true;
      } finally {
        hearing.unlock();
      }
    }
    String message = scripts.announce(what, of, other).await().text();
    if (message.equals("FULL")) {
      return false;
    }
    hear(message);
    return true;
  }

  /** As {@link #tell}, without waiting for it to be done. */
  void tellInPassing(String what, String of, String other) {
    try {
      if (enabled) {
        var unused = scripts.announce(what, of, other);
      }
    } catch (ForebayException e) {
      log.debug("Other instances are not told of a refund: {}", e.getMessage());
    }
  }

  /**
   * Hears a message; never blocks for long.
   *
   * @return whether messages before it were lost, so that {@link #follow} should be called
   */
  boolean hear(String message) {
    String[] parts = message.split(" ", 5);
    if (parts.length < 5) {
      log.warn("A message on the channel of limits is none of theirs; it changes nothing");
      return false;
    }
    hearing.lock();
    try {
      long before = Long.parseLong(parts[0]);
      long number = Long.parseLong(parts[1]);
      if (number <= seen) {
        return false;
      }
      if (before != seen) {
        behind = true;
      }
      seen = number;
      apply(parts[2], parts[3], parts[4]);
      return behind;
    } catch (NumberFormatException e) {
      log.warn("A message on the channel of limits is damaged; it changes nothing");
      return false;
    } finally {
      hearing.unlock();
    }
  }

  /** Changes what this instance knows, as news say it; while hearing is locked. */
  private void apply(String what, String of, String other) {
    switch (what) {
      case "RESET", "REFUND" -> permitsCameBack(what, of, other);
      case "RULE", "REVERT" -> {
        settingsHeard++;
        Limit limit = what.equals("RULE") ? ChangedLimits.parse(of, other) : null;
        if (limit != null || what.equals("REVERT")) {
          limits.change(of, limit);
        }
      }
      case "BLOCK" -> {
        settingsHeard++;
        lists.block(other, Long.parseLong(of));
      }
      case "ALLOW" -> {
        settingsHeard++;
        lists.allow(other);
      }
      case "UNLIST" -> {
        settingsHeard++;
        lists.unlist(other);
      }
      default -> log.debug("News of a later release: {}", what);
    }
  }

  private void permitsCameBack(String what, String name, String subject) {
    RateLimiter limiter = listener.find(name);
    if (limiter != null) {
      denials.forget(limiter, subject);
      if (what.equals("RESET")) {
        listener.onReset(limiter, subject);
      }
    }
  }

  /** Tells Redis that this instance is alive, and follows what it missed. One round trip, or more. */
  void beat() {
    long seenBefore = seenNow();
    ScriptReply reply = scripts.beat(instance, ALIVE_MILLIS, now.get()).await();
    long number = reply.number(0);
    instances = (int) Math.max(1, reply.number(1));
    hearing.lock();
    try {
      boolean lost = number < seen && seen == seenBefore;
      if (number > seen || lost) {
        behind = true;
      }
    } finally {
      hearing.unlock();
    }
    follow();
  }

  /** This instance goes. */
  void leave() {
    var unused = scripts.beat(instance, 0, now.get()).await();
  }

  private long seenNow() {
    hearing.lock();
    try {
      return seen;
    } finally {
      hearing.unlock();
    }
  }

  /**
   * Forgets and reads anew what may have changed unheard. No round trip if nothing may have, else one
   * and one more for each 1,000 subjects on the lists.
   *
   * @throws ForebayException if Redis fails; then it is to be called again
   */
  void follow() {
    following.lock();
    try {
      if (!behind) {
        return;
      }
      long seenBefore;
      long heardBefore;
      hearing.lock();
      try {
        behind = false;
        seenBefore = seen;
        heardBefore = settingsHeard;
      } finally {
        hearing.unlock();
      }
      denials.forgetAll();
      boolean followed = false;
      try {
        followed = adopt(read(), seenBefore, heardBefore);
      } finally {
        if (followed) {
          denials.forgetAll(); // what was denied by a limit that has changed just now
        } else {
          behind = true;
        }
      }
    } finally {
      following.unlock();
    }
  }

  /** What is changed at run time, as it was at one moment. */
  private record Settings(long number, Map<String, Limit> limits, Map<String, Long> listed) {}

  /** Returns null if it changed between two pages. */
  private @Nullable Settings read() {
    Map<String, Limit> changed = new HashMap<>();
    Map<String, Long> listed = new HashMap<>();
    long number = -1;
    for (int first = 0; ; first += PAGE) {
      ScriptReply reply = scripts.readSettings(first, first + PAGE - 1L).await();
      if (first > 0 && reply.number(0) != number) {
        return null;
      }
      number = reply.number(0);
      int members = 2 + 2 * (int) reply.number(1);
      for (int i = 2; first == 0 && i < members; i += 2) {
        Limit limit = ChangedLimits.parse(reply.text(i), reply.text(i + 1));
        if (limit != null) {
          changed.put(reply.text(i), limit);
        }
      }
      for (int i = members; i + 1 < reply.size(); i += 2) {
        long left = reply.number(i + 1);
        if (left != 0) {
          listed.put(reply.text(i), left);
        }
      }
      if (reply.size() - members < 2 * PAGE) {
        return new Settings(number, changed, listed);
      }
    }
  }

  private boolean adopt(@Nullable Settings settings, long seenBefore, long heardBefore) {
    if (settings == null) {
      return false;
    }
    if (settings.number == 0 && seenBefore > 0) {
      return putBack();
    }
    hearing.lock();
    try {
      if (settingsHeard != heardBefore) {
        return false; // what was read may be older than what was heard
      }
      seen = seen == seenBefore ? settings.number : Math.max(seen, settings.number);
      limits.replaceBy(settings.limits);
      lists.replaceBy(settings.listed);
      return true;
    } finally {
      hearing.unlock();
    }
  }

  /** Redis has lost its data: it gets what this instance knows. */
  private boolean putBack() {
    Map<String, Limit> changed = limits.all();
    List<Listing> listed = lists.all();
    log.warn(
        "Redis has lost what limits were changed and who is blocked or allowed; {} limits and {} subjects are put back",
        changed.size(),
        listed.size());
    changed.forEach((limiter, limit) -> tell("RULE", limiter, ChangedLimits.text(limit)));
    listed.forEach(listing -> {
      Duration blockedFor = listing.blockedFor();
      if (blockedFor == null) {
        tell("ALLOW", "-", listing.subject());
      } else {
        tell("BLOCK", Long.toString(blockedFor.toMillis()), listing.subject());
      }
    });
    hearing.lock();
    try {
      if (changed.isEmpty() && listed.isEmpty()) {
        seen = 0;
        return true;
      }
      return false; // what others have put back is read next time
    } finally {
      hearing.unlock();
    }
  }
}
