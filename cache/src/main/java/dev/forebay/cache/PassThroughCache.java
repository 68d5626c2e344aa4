package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The {@link Cache} of an application whose Redis is switched off: it holds nothing and loads
 * everything, so that the same application can be run, and measured, without a cache.
 */
final class PassThroughCache<K, V> implements Cache<K, V> {

  private final String name;
  private final CacheKeys<K> keys;

  PassThroughCache(String name, CacheKeys<K> keys) {
    this.name = name;
    this.keys = keys;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<V> get(K key) {
    keys.nameOf(key);
    return Optional.empty();
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    keys.namesOf(wanted);
    return Map.of();
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    String entry = keys.nameOf(key);
    return RedisCache.requireLoaded(loader.load(key), name, entry);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheBuilder.requireTtl(ttl);
    return getOrLoad(key, loader);
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> wanted, BatchLoader<K, ? extends V, E> loader) throws E {
    Map<K, String> names = keys.namesOf(wanted);
    if (names.isEmpty()) {
      return Map.of();
    }
    Set<K> missing = Collections.unmodifiableSet(names.keySet());
    String first = names.values().iterator().next();
    return RedisCache.inOrderOf(
        missing, RedisCache.requireLoaded(loader.loadAll(missing), name, first));
  }

  @Override
  public void put(K key, V value) {
    keys.nameOf(key);
    keys.requireValue(value);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    put(key, value);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    values.forEach(this::put);
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    put(key, value);
    writer.write(key, value);
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    put(key, value);
    writer.write(key, value);
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> changing) {
    keys.namesOf(changing);
    return () -> {};
  }

  @Override
  public boolean delete(K key) {
    keys.nameOf(key);
    return false;
  }

  @Override
  public long deleteAll(Collection<? extends K> unwanted) {
    keys.namesOf(unwanted);
    return 0;
  }

  @Override
  public void deleteTagged(Collection<String> tags) {
    tags.forEach(keys::epochOf);
  }

  @Override
  public void clear() {}

  @Override
  public void setTtl(Duration ttl) {
    CacheBuilder.requireTtl(ttl);
  }

  @Override
  public Set<String> findMatching(String pattern, int limit) {
    keys.patternOf(pattern);
    return Set.of();
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    keys.patternOf(pattern);
    return 0;
  }

  @Override
  public boolean exists(K key) {
    keys.nameOf(key);
    return false;
  }

  @Override
  public Optional<Duration> ttl(K key) {
    keys.nameOf(key);
    return Optional.empty();
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    keys.nameOf(key);
    return false;
  }

  @Override
  public CacheStatistics statistics() {
    return CacheStatistics.zero();
  }
}
