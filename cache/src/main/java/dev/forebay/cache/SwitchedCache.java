package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * A cache that can be passed by, as its {@link CacheSwitch} says. What is passed by is read from the
 * source alone, and a value put to it is deleted; whatever else deletes, does so in every mode.
 */
final class SwitchedCache<K, V> implements Cache<K, V> {

  private final Cache<K, V> cache;
  private final Cache<K, V> off;
  private final CacheKeys<K> keys;
  private final CacheSwitch mode;

  SwitchedCache(Cache<K, V> cache, CacheKeys<K> keys, CacheSwitch mode) {
    this.cache = cache;
    this.off = new PassThroughCache<>(cache.name(), keys);
    this.keys = keys;
    this.mode = mode;
  }

  @Override
  public String name() {
    return cache.name();
  }

  @Override
  public Optional<V> get(K key) {
    CacheMode now = modeFor(key);
    if (now instanceof CacheMode.On) {
      return cache.get(key);
    }
    if (now instanceof CacheMode.Shadow) {
      var unused = cache.get(key);
    }
    return off.get(key);
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    if (mode.mode() instanceof CacheMode.On) {
      return cache.getAll(wanted);
    }
    Split<K> split = split(wanted);
    if (!split.shadowed().isEmpty()) {
      var unused = cache.getAll(split.shadowed());
    }
    return split.on().isEmpty() ? Map.of() : cache.getAll(split.on());
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    CacheMode now = modeFor(key);
    if (now instanceof CacheMode.Shadow) {
      AtomicReference<V> loaded = new AtomicReference<>();
      V measured = cache.getOrLoad(key, remembering(loader, loaded));
      return fromSource(key, loader, loaded, measured);
    }
    return (now instanceof CacheMode.On ? cache : off).getOrLoad(key, loader);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheMode now = modeFor(key);
    if (now instanceof CacheMode.Shadow) {
      AtomicReference<V> loaded = new AtomicReference<>();
      V measured = cache.getOrLoad(key, remembering(loader, loaded), ttl);
      return fromSource(key, loader, loaded, measured);
    }
    return (now instanceof CacheMode.On ? cache : off).getOrLoad(key, loader, ttl);
  }

  private static <K, V, E extends Exception> Loader<K, V, E> remembering(
      Loader<? super K, ? extends V, E> loader, AtomicReference<V> loaded) {
    return key -> {
      V value = loader.load(key);
      loaded.set(value);
      return value;
    };
  }

  /** Returns what was loaded just now, not what the cache had, even if it was loaded by another. */
  private <E extends Exception> V fromSource(
      K key, Loader<? super K, ? extends V, E> loader, AtomicReference<V> loaded, V measured)
      throws E {
    return loaded.get() == measured ? measured : off.getOrLoad(key, loader);
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> wanted, BatchLoader<K, ? extends V, E> loader) throws E {
    if (mode.mode() instanceof CacheMode.On) {
      return cache.getAllOrLoad(wanted, loader);
    }
    Split<K> split = split(wanted);
    Map<K, V> values = new HashMap<>();
    Set<K> fromSource = new LinkedHashSet<>(split.off());
    if (!split.shadowed().isEmpty()) {
      Map<K, Optional<V>> loaded = new ConcurrentHashMap<>();
      Map<K, V> measured = cache.getAllOrLoad(split.shadowed(), remembering(loader, loaded));
      for (K key : split.shadowed()) {
        Optional<V> bySource = loaded.get(key);
        V value = measured.get(key);
        if (bySource == null || bySource.orElse(null) != value) {
          fromSource.add(key);
        } else if (value != null) {
          values.put(key, value);
        }
      }
    }
    if (!split.on().isEmpty()) {
      values.putAll(cache.getAllOrLoad(split.on(), loader));
    }
    values.putAll(off.getAllOrLoad(fromSource, loader));
    return RedisCache.inOrderOf(new LinkedHashSet<>(wanted), values);
  }

  /** @param loaded takes what the source has, once it has said so; by several threads */
  private static <K, V, E extends Exception> BatchLoader<K, V, E> remembering(
      BatchLoader<K, ? extends V, E> loader, Map<K, Optional<V>> loaded) {
    return missing -> {
      Map<K, V> values = new HashMap<>(loader.loadAll(missing));
      missing.forEach(key -> loaded.put(key, Optional.ofNullable(values.get(key))));
      return values;
    };
  }

  @Override
  public void put(K key, V value) {
    keys.requireValue(value);
    if (modeFor(key) instanceof CacheMode.Off) {
      cache.delete(key);
    } else {
      cache.put(key, value);
    }
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    keys.requireValue(value);
    CacheBuilder.requireTtl(ttl);
    if (modeFor(key) instanceof CacheMode.Off) {
      cache.delete(key);
    } else {
      cache.put(key, value, ttl);
    }
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    if (mode.mode() instanceof CacheMode.On) {
      cache.putAll(values);
      return;
    }
    values.values().forEach(keys::requireValue);
    Split<K> split = split(values.keySet());
    Map<K, V> kept = new LinkedHashMap<>(values);
    kept.keySet().removeAll(split.off());
    cache.deleteAll(split.off());
    cache.putAll(kept);
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    if (modeFor(key) instanceof CacheMode.Off) {
      cache.writeAround(key, value, writer);
    } else {
      cache.writeThrough(key, value, writer);
    }
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    cache.writeAround(key, value, writer);
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> changing) {
    return cache.beginInvalidation(changing);
  }

  @Override
  public boolean delete(K key) {
    return cache.delete(key);
  }

  @Override
  public long deleteAll(Collection<? extends K> unwanted) {
    return cache.deleteAll(unwanted);
  }

  @Override
  public void deleteTagged(Collection<String> tags) {
    cache.deleteTagged(tags);
  }

  @Override
  public void clear() {
    cache.clear();
  }

  @Override
  public Set<String> findMatching(String pattern, int limit) {
    return cache.findMatching(pattern, limit);
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    return cache.deleteMatching(pattern, progress);
  }

  @Override
  public boolean exists(K key) {
    return used(key).exists(key);
  }

  @Override
  public Optional<Duration> ttl(K key) {
    return used(key).ttl(key);
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    return cache.expire(key, ttl);
  }

  @Override
  public void setTtl(Duration ttl) {
    cache.setTtl(ttl);
  }

  @Override
  public CacheStatistics statistics() {
    return cache.statistics();
  }

  private Cache<K, V> used(K key) {
    return modeFor(key) instanceof CacheMode.On ? cache : off;
  }

  /** Names the key only where that decides. */
  private CacheMode modeFor(K key) {
    CacheMode now = mode.mode();
    return now instanceof CacheMode.Percent ? now.of(keys.nameOf(key)) : now;
  }

  private Split<K> split(Collection<? extends K> wanted) {
    Split<K> split =
        new Split<>(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    CacheMode now = mode.mode();
    keys.namesOf(wanted).forEach((key, entry) -> {
      CacheMode ofKey = now.of(entry);
      if (ofKey instanceof CacheMode.On) {
        split.on().add(key);
      } else {
        (ofKey instanceof CacheMode.Off ? split.off() : split.shadowed()).add(key);
      }
    });
    return split;
  }

  private record Split<K>(Set<K> on, Set<K> off, Set<K> shadowed) {}
}
