package dev.forebay.cache;

import dev.forebay.cache.AuditedOperation.Action;
import dev.forebay.cache.AuditedOperation.Outcome;
import dev.forebay.redis.spi.KeyTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache whose administrative operations ask for permission and are recorded, and, if asked for,
 * all that its callers write and delete. Each method is written out, so that none is passed on
 * unseen by accident.
 */
final class AdministeredCache<K, V> implements Cache<K, V> {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  private final Cache<K, V> cache;
  private final KeyTemplate<K> template;
  private final CacheAdministration administration;
  private final boolean recordsWrites;

  AdministeredCache(
      Cache<K, V> cache,
      KeyTemplate<K> template,
      CacheAdministration administration,
      boolean recordsWrites) {
    this.cache = cache;
    this.template = template;
    this.administration = administration;
    this.recordsWrites = recordsWrites;
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    Optional<String> what = Optional.of(pattern);
    administration.require(CacheRight.DELETE_MATCHING, name(), what);
    long[] deleted = {0};
    Outcome outcome = Outcome.FAILED;
    try {
      deleted[0] = cache.deleteMatching(pattern, soFar -> {
        deleted[0] = soFar;
        progress.accept(soFar);
      });
      outcome = Outcome.DONE;
    } finally {
      administration.record(CacheRight.DELETE_MATCHING, name(), what, deleted[0], outcome);
    }
    return deleted[0];
  }

  @Override
  public void put(K key, V value) {
    recorded(Action.PUT, Collections.singletonList(key), () -> {
      cache.put(key, value);
      return true;
    });
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    recorded(Action.PUT, Collections.singletonList(key), () -> {
      cache.put(key, value, ttl);
      return true;
    });
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    recorded(Action.PUT, values.keySet(), () -> {
      cache.putAll(values);
      return true;
    });
  }

  @Override
  public boolean delete(K key) {
    return recorded(Action.DELETE, Collections.singletonList(key), () -> cache.delete(key));
  }

  @Override
  public long deleteAll(Collection<? extends K> keys) {
    return recorded(Action.DELETE, keys, () -> cache.deleteAll(keys));
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    return recorded(Action.EXPIRE, Collections.singletonList(key), () -> cache.expire(key, ttl));
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    this.<Boolean, E>recorded(Action.PUT, Collections.singletonList(key), () -> {
      cache.writeThrough(key, value, writer);
      return true;
    });
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    this.<Boolean, E>recorded(Action.DELETE, Collections.singletonList(key), () -> {
      cache.writeAround(key, value, writer);
      return true;
    });
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> keys) {
    return recorded(Action.DELETE, keys, () -> cache.beginInvalidation(keys));
  }

  @Override
  public void clear() {
    administration.require(CacheRight.CLEAR, name(), Optional.empty());
    Outcome outcome = Outcome.FAILED;
    try {
      cache.clear();
      outcome = Outcome.DONE;
    } finally {
      administration.record(CacheRight.CLEAR, name(), Optional.empty(), 0, outcome);
    }
  }

  @Override
  public void deleteTagged(Collection<String> tags) {
    recordedByName(Action.DELETE_TAGGED, tags, tag -> tag, () -> {
      cache.deleteTagged(tags);
      return true;
    });
  }

  @Override
  public void setTtl(Duration ttl) {
    cache.setTtl(ttl);
  }

  private <T, E extends Exception> T recorded(
      Action action, Collection<? extends K> keys, Load<T, E> operation) throws E {
    return recordedByName(action, keys, template::render, operation);
  }

  private <N, T, E extends Exception> T recordedByName(
      Action action,
      Collection<? extends N> asked,
      Function<N, String> naming,
      Load<T, E> operation)
      throws E {
    Named named = named(asked, naming);
    Outcome outcome = Outcome.FAILED;
    try {
      T result = operation.run();
      outcome = Outcome.DONE;
      return result;
    } finally {
      if (named.count() > 0) {
        administration.record(action, name(), named.names(), named.count(), outcome);
      }
    }
  }

  /** Returns what to record; nothing unless writes are recorded. */
  private <N> Named named(Collection<? extends N> asked, Function<N, String> naming) {
    if (!recordsWrites) {
      return Named.NOTHING;
    }
    Set<N> distinct = new LinkedHashSet<>(asked);
    List<String> names = new ArrayList<>();
    for (N one : distinct) {
      if (names.size() == CacheAdministration.MOST_KEYS) {
        break;
      }
      try {
        names.add(naming.apply(Objects.requireNonNull(one)));
      } catch (RuntimeException e) {
        // The operation refuses it too, and says why; the attempt goes on record without its name.
        log.debug("What cache '{}' was asked for has no name", name());
      }
    }
    return new Named(names, distinct.size());
  }

  /**
   * What an operation was asked to do something to.
   *
   * @param names of the first few, without the application's prefix; those that have one
   * @param count of all
   */
  private record Named(List<String> names, long count) {

    static final Named NOTHING = new Named(List.of(), 0);
  }

  @Override
  public String name() {
    return cache.name();
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
    return cache.getOrLoad(key, loader);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    return cache.getOrLoad(key, loader, ttl);
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> keys, BatchLoader<K, ? extends V, E> loader) throws E {
    return cache.getAllOrLoad(keys, loader);
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
}
