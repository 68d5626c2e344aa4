package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A cache as those see it who may only read. Each method is written out, so that none that writes
 * can be passed on by accident.
 */
final class ReadOnlyCache<K, V> implements Cache<K, V> {

  private final Cache<K, V> cache;

  ReadOnlyCache(Cache<K, V> cache) {
    this.cache = cache;
  }

  @Override
  public String name() {
    return cache.name();
  }

  @Override
  public Cache<K, V> readOnly() {
    return this;
  }

  @Override
  public Optional<V> get(K key) {
    return cache.get(key);
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    return cache.getAll(keys);
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    Objects.requireNonNull(loader, "loader");
    Optional<V> cached = cache.get(key);
    return cached.isPresent()
        ? cached.get()
        : Objects.requireNonNull(
            loader.load(key), () -> "The loader of cache '%s' returned null".formatted(name()));
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheBuilder.requireTtl(ttl);
    return getOrLoad(key, loader);
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> keys, BatchLoader<K, ? extends V, E> loader) throws E {
    Objects.requireNonNull(loader, "loader");
    Map<K, V> values = new LinkedHashMap<>(cache.getAll(keys));
    Set<K> wanted = new LinkedHashSet<>(keys);
    Set<K> missing = new LinkedHashSet<>(wanted);
    missing.removeAll(values.keySet());
    if (!missing.isEmpty()) {
      values.putAll(Objects.requireNonNull(
          loader.loadAll(Collections.unmodifiableSet(missing)),
          () -> "The loader of cache '%s' returned null. Leave out keys without a value."
              .formatted(name())));
    }
    return RedisCache.inOrderOf(wanted, values);
  }

  @Override
  public Set<String> findMatching(String pattern, int limit) {
    return cache.findMatching(pattern, limit);
  }

  @Override
  public boolean exists(K key) {
    return cache.exists(key);
  }

  @Override
  public Optional<Duration> ttl(K key) {
    return cache.ttl(key);
  }

  @Override
  public CacheStatistics statistics() {
    return cache.statistics();
  }

  @Override
  public void put(K key, V value) {
    throw refusal("put");
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    throw refusal("put");
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    throw refusal("putAll");
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) {
    throw refusal("writeThrough");
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) {
    throw refusal("writeAround");
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> keys) {
    throw refusal("beginInvalidation");
  }

  @Override
  public void deleteTagged(Collection<String> tags) {
    throw refusal("deleteTagged");
  }

  @Override
  public void clear() {
    throw refusal("clear");
  }

  @Override
  public void setTtl(Duration ttl) {
    throw refusal("setTtl");
  }

  @Override
  public boolean delete(K key) {
    throw refusal("delete");
  }

  @Override
  public long deleteAll(Collection<? extends K> keys) {
    throw refusal("deleteAll");
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    throw refusal("deleteMatching");
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    throw refusal("expire");
  }

  private UnsupportedOperationException refusal(String operation) {
    return new UnsupportedOperationException(
        "Cache '%s' is read-only here, so that %s is not possible. Use the cache of which this is the readOnly() view."
            .formatted(name(), operation));
  }
}
