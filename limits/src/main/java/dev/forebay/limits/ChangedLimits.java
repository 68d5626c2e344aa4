package dev.forebay.limits;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits that were changed at run time, as this instance knows them; {@link LimitNews} follows
 * the others. Safe for concurrent use.
 */
final class ChangedLimits {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final LimitListeners listeners;
  private final Consumer<RateLimiter> onChange;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<String, Limit> changed = new ConcurrentHashMap<>();
  private final Map<String, Attached> limiters = new ConcurrentHashMap<>();

  /** @param onChange called when a limiter goes by another limit; it must not block */
  ChangedLimits(LimitListeners listeners, Consumer<RateLimiter> onChange) {
    this.listeners = listeners;
    this.onChange = onChange;
  }

  /** @param built what it goes by where nothing is changed */
  private record Attached(RateLimiter limiter, Rule built) {}

  /** Lets a limiter follow, from now on. */
  void attach(RateLimiter limiter) {
    changing.lock();
    try {
      limiters.put(limiter.name(), new Attached(limiter, limiter.rule()));
      follow(limiter.name());
    } finally {
      changing.unlock();
    }
  }

  /** Returns the limits that were changed, by limiter. */
  Map<String, Limit> all() {
    return Map.copyOf(changed);
  }

  /** @param limit null for the one with which the limiter was built */
  void change(String limiter, @Nullable Limit limit) {
    changing.lock();
    try {
      if (limit == null) {
        changed.remove(limiter);
      } else {
        changed.put(limiter, limit);
      }
      follow(limiter);
    } finally {
      changing.unlock();
    }
  }

  void replaceBy(Map<String, Limit> limits) {
    changing.lock();
    try {
      changed.clear();
      changed.putAll(limits);
      limiters.keySet().forEach(this::follow);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Returns what a limiter would go by.
   *
   * @throws IllegalArgumentException if its algorithm cannot count the limit
   */
  Rule ruleFor(RateLimiter limiter, Limit limit) {
    return limiter.rule().with(limit).requireSound(limiter.name());
  }

  private void follow(String name) {
    Attached attached = limiters.get(name);
    if (attached == null) {
      return;
    }
    RateLimiter limiter = attached.limiter;
    Limit limit = changed.getOrDefault(name, attached.built.limit());
    Limit before = limiter.limit();
    if (limit.equals(before)) {
      return;
    }
    try {
      limiter.follow(attached.built.with(limit).requireSound(name));
      onChange.accept(limiter);
      log.info("Limiter '{}' allows {} from now on, was {}", name, limit, before);
      listeners.tell(listener -> listener.onLimitChanged(name, before, limit));
    } catch (IllegalArgumentException e) {
      log.warn(
          "Limiter '{}' stays at {}: it was changed to a limit that it cannot count here. {}",
          name,
          before,
          e.getMessage());
    }
  }

  static String text(Limit limit) {
    return limit.permits() + " " + limit.windowMillis();
  }

  /** Returns the limit of a text, or null where it is damaged or of a later release. */
  static @Nullable Limit parse(String limiter, String text) {
    try {
      int space = text.indexOf(' ');
      return new Limit(
          Long.parseLong(text.substring(0, Math.max(0, space))),
          Duration.ofMillis(Long.parseLong(text.substring(space + 1))));
    } catch (IllegalArgumentException e) {
      log.warn(
          "The change of limiter '{}' is passed over: in Redis it is of a later release, or damaged. {}",
          limiter,
          e.getMessage());
      return null;
    }
  }
}
