package dev.forebay.cache;

import dev.forebay.cache.AuditedOperation.Outcome;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.ScriptReply;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches caches on and off at run time, in all instances of the application. An instance follows a
 * change within a second. While Redis is away, it keeps to what it knew last; a change made meanwhile
 * holds in the instance where it was made, and in the others once Redis is back, unless somebody
 * changed the same cache through Redis in between. Should Redis lose its data, running instances put
 * back what they know. Safe for concurrent use.
 *
 * <p>Invalidations are carried out in every mode: see {@link CacheMode}.
 */
public final class CacheSwitches {

  /*
   * Redis holds for each cache "<revision> <mode>", the revision being made by the server's clock so
   * that it only grows. Each instance reads all of it every half a second. A revision that differs
   * from the one it saw last is followed: later ones replace earlier ones, and what came back from a
   * replica after a failover is what all instances see. Where Redis has nothing of a cache, the
   * instance puts back what it saw there.
   */

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  private final SwitchScripts scripts;
  private final String key;
  private final boolean enabled;
  private final ConcurrentMap<String, CacheSwitch> switches = new ConcurrentHashMap<>();
  private final ReentrantLock exchanging = new ReentrantLock();
  private Map<String, String> lastRead = Map.of(); // guarded by exchanging
  private volatile @Nullable CacheAdministration administration;

  /** @param enabled whether there is a Redis; else changes hold for this instance only */
  CacheSwitches(RedisCommands redis, String keyPrefix, boolean enabled) {
    this.scripts = new SwitchScripts(redis);
    this.key = SharedKeys.switches(keyPrefix);
    this.enabled = enabled;
  }

  /** Sets who may switch from now on, and who keeps the record. */
  void administer(CacheAdministration by) {
    administration = by;
  }

  /** Returns the switch of a cache, which exists from then on, as Redis had it when it was read last. */
  CacheSwitch of(String cache) {
    exchanging.lock();
    try {
      return switches.computeIfAbsent(cache, name -> {
        CacheSwitch created = new CacheSwitch();
        String shared = lastRead.get(name);
        if (shared != null) {
          follow(name, created, shared);
        }
        return created;
      });
    } finally {
      exchanging.unlock();
    }
  }

  /**
   * Sets the mode of a cache: in this instance at once, in the others within a second. One round
   * trip.
   *
   * @return whether Redis has taken it; false if it could not be reached: this instance has changed
   *     alone and tells the others as soon as it can
   * @throws IllegalArgumentException if this instance has no such cache
   * @throws CacheAccessDeniedException if caches are {@linkplain Caches#administer administered} and
   *     {@link CacheRight#SWITCH} is missing
   */
  public boolean set(String cache, CacheMode mode) {
    CacheSwitch changed = known(cache);
    Optional<String> what = Optional.of(mode.text());
    CacheAdministration administration = this.administration;
    if (administration == null) {
      return set(cache, changed, mode);
    }
    administration.require(CacheRight.SWITCH, cache, what);
    Outcome outcome = Outcome.FAILED;
    try {
      boolean shared = set(cache, changed, mode);
      outcome = Outcome.DONE;
      return shared;
    } finally {
      administration.record(CacheRight.SWITCH, cache, what, 0, outcome);
    }
  }

  private boolean set(String cache, CacheSwitch changed, CacheMode mode) {
    exchanging.lock();
    try {
      CacheMode before = changed.mode();
      changed.change(mode);
      boolean shared = enabled && attempt(() -> send(cache, changed, mode));
      log.info(
          "Cache '{}' is switched from {} to {}, {}",
          cache,
          before.text(),
          mode.text(),
          shared ? "in all instances" : "in this instance only until Redis is back");
      return shared;
    } finally {
      exchanging.unlock();
    }
  }

  /**
   * Returns the mode of a cache in this instance. No round trip.
   *
   * @throws IllegalArgumentException if this instance has no such cache
   */
  public CacheMode get(String cache) {
    return known(cache).mode();
  }

  /** Returns the mode of each cache of this instance, by name. No round trip. */
  public Map<String, CacheMode> all() {
    Map<String, CacheMode> modes = new TreeMap<>();
    switches.forEach((cache, switchOfCache) -> modes.put(cache, switchOfCache.mode()));
    return modes;
  }

  /**
   * Follows what other instances changed, and sends what Redis lacks. One round trip, or one more for
   * each switch that it lacks.
   */
  void refresh() {
    exchanging.lock();
    try {
      if (enabled) {
        attempt(this::exchange);
      }
    } finally {
      exchanging.unlock();
    }
  }

  private static boolean attempt(Runnable exchange) {
    try {
      exchange.run();
      return true;
    } catch (ForebayException e) {
      log.debug("Switches of caches stay as they are: {}", e.getMessage());
      return false;
    }
  }

  private void exchange() {
    lastRead = pairs(scripts.readSwitches(key).await());
    switches.forEach((cache, own) -> exchange(cache, own, lastRead.get(cache)));
  }

  private void exchange(String cache, CacheSwitch own, @Nullable String shared) {
    CacheMode unsent = own.unsent();
    boolean changedElsewhere = shared != null && revisionOf(shared) != own.revision();
    if (shared != null && changedElsewhere && (unsent == null || own.isRevisionKnown())) {
      follow(cache, own, shared);
    } else if (unsent != null) {
      send(cache, own, unsent);
    } else if (shared == null && own.revision() > 0) {
      scripts.restoreSwitch(key, cache, own.revision(), own.mode().text()).await();
    } else {
      own.confirm();
    }
  }

  private void send(String cache, CacheSwitch own, CacheMode mode) {
    own.follow(mode, scripts.setSwitch(key, cache, mode.text()).await().number(0));
  }

  private static void follow(String cache, CacheSwitch own, String shared) {
    CacheMode mode = own.mode();
    try {
      mode = CacheMode.parse(shared.substring(shared.indexOf(' ') + 1));
    } catch (IllegalArgumentException e) {
      log.warn(
          "Cache '{}' stays {}: its switch in Redis is of a newer release, or damaged. {}",
          cache,
          mode.text(),
          e.getMessage());
    }
    if (!mode.equals(own.mode())) {
      log.info(
          "Cache '{}' is {} from now on, was {}", cache, mode.text(), own.mode().text());
    }
    own.follow(mode, revisionOf(shared));
  }

  private static long revisionOf(String shared) {
    try {
      return Long.parseLong(shared.substring(0, Math.max(0, shared.indexOf(' '))));
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // damaged: warned of once, then like any other
    }
  }

  private CacheSwitch known(String cache) {
    CacheSwitch known = switches.get(Objects.requireNonNull(cache, "cache"));
    if (known == null) {
      throw new IllegalArgumentException(
          "No cache '%s' to switch; there are %s. Build it before, in this instance too."
              .formatted(cache, new TreeMap<>(switches).keySet()));
    }
    return known;
  }

  static Map<String, String> pairs(ScriptReply reply) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = 0; i + 1 < reply.size(); i += 2) {
      pairs.put(reply.text(i), reply.text(i + 1));
    }
    return pairs;
  }
}
