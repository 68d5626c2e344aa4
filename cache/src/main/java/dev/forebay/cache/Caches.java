package dev.forebay.cache;

import dev.forebay.redis.Codec;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.Redis;
import dev.forebay.redis.spi.KeyTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All caches and counters on one {@link Redis}. Safe for concurrent use. */
public final class Caches {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Redis redis;
  private final List<CacheListener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Cache<?, ?>> caches = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> ownersByName = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> ownersByTemplate = new ConcurrentHashMap<>();
  private final List<InvalidationJournal> journals = new CopyOnWriteArrayList<>();

  private Caches(Redis redis) {
    this.redis = redis;
  }

  /** Returns a home for caches on {@code redis}, which its owner closes. */
  public static Caches on(Redis redis) {
    Caches caches = new Caches(redis);
    redis.onStateChange(state -> {
      if (state == ConnectionState.CONNECTED) {
        // Other instances read from Redis already, so this does not wait for a read of this one.
        ForkJoinPool.commonPool().execute(caches::replayJournals);
      }
    });
    return caches;
  }

  /**
   * Begins to describe a cache.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}; by it statistics and logs know the cache
   */
  public CacheBuilder<Object, Object> cache(String name) {
    return new CacheBuilder<>(this, requireName(name));
  }

  /**
   * Begins to describe counters.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}
   */
  public CountersBuilder<Object> counters(String name) {
    return new CountersBuilder<>(this, requireName(name));
  }

  /** Tells {@code listener} what all caches do from now on. */
  public void addListener(CacheListener listener) {
    listeners.add(listener);
  }

  /** Returns the counts of each cache of this instance, by name. No round trip. */
  public Map<String, CacheStatistics> statistics() {
    Map<String, CacheStatistics> statistics = new TreeMap<>();
    caches.forEach((name, cache) -> statistics.put(name, cache.statistics()));
    return statistics;
  }

  <K, V> Cache<K, V> build(
      String name, KeyTemplate<K> template, Codec<V> codec, Duration ttl, double ttlJitter) {
    claim(name, template.toString());
    CacheKeys<K> keys = new CacheKeys<>(redis.settings().keyPrefix(), template);
    Cache<K, V> cache = redis.settings().enabled()
        ? onRedis(name, keys, codec, ttl, ttlJitter)
        : new PassThroughCache<>(name, keys);
    caches.put(name, cache);
    return cache;
  }

  <K> Counters<K> buildCounters(String name, KeyTemplate<K> template, Duration ttl) {
    claim(name, template.toString());
    return new RedisCounters<>(
        name,
        new CacheKeys<>(redis.settings().keyPrefix(), template),
        ttl,
        redis.settings().enabled(),
        redis.commands(),
        new CacheRecorder(name, listeners));
  }

  private <K, V> Cache<K, V> onRedis(
      String name, CacheKeys<K> keys, Codec<V> codec, Duration ttl, double ttlJitter) {
    CacheRecorder recorder = new CacheRecorder(name, listeners);
    InvalidationJournal journal = new InvalidationJournal(name, keys.pattern(), redis.commands());
    journals.add(journal);
    EntryStore<V> entries = new EntryStore<>(codec, ttlJitter, redis.commands(), recorder, journal);
    return new RedisCache<>(name, keys, ttl, entries, recorder);
  }

  private void replayJournals() {
    for (InvalidationJournal journal : journals) {
      try {
        journal.replay();
      } catch (ForebayException e) {
        log.debug("Redis went away again; what is left in the journal stays noted", e);
      }
    }
  }

  private void claim(String name, String template) {
    String nameOwner = ownersByName.putIfAbsent(name, template);
    if (nameOwner != null) {
      throw new IllegalStateException(
          "There is a cache '%s' already, with keys '%s'. Build it once and share it."
              .formatted(name, nameOwner));
    }
    String templateOwner = ownersByTemplate.putIfAbsent(shapeOf(template), name);
    if (templateOwner != null) {
      ownersByName.remove(name);
      throw new IllegalStateException(
          "Caches '%s' and '%s' would share the keys '%s'. Give each a template of its own."
              .formatted(templateOwner, name, template));
    }
  }

  /** Templates that differ by the names of placeholders only make the same keys. */
  private static String shapeOf(String template) {
    return template.replaceAll("\\{[^}]*}", "{}");
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a cache name. Use 1 to 64 letters, digits and . _ -".formatted(name));
    }
    return name;
  }
}
