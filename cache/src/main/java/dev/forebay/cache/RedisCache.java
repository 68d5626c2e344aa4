package dev.forebay.cache;

import dev.forebay.cache.EntryStore.Loaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The {@link Cache} whose entries are in Redis, and whose reads under way are {@link Flights}. */
final class RedisCache<K, V> implements Cache<K, V> {

  private final String name;
  private final CacheKeys<K> keys;
  private final Duration ttl;
  private final EntryStore<V> entries;
  private final CacheRecorder recorder;
  private final Flights<V> flights = new Flights<>();

  RedisCache(
      String name, CacheKeys<K> keys, Duration ttl, EntryStore<V> entries, CacheRecorder recorder) {
    this.name = name;
    this.keys = keys;
    this.ttl = ttl;
    this.entries = entries;
    this.recorder = recorder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<V> get(K key) {
    Optional<V> value = entries.read(keys.nameOf(key));
    count(value.isPresent());
    return value;
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    Map<K, String> names = keys.namesOf(wanted);
    return names.isEmpty() ? Map.of() : readAll(names);
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    return getOrLoad(key, loader, ttl);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheBuilder.requireTtl(ttl);
    Objects.requireNonNull(loader, "loader");
    String entry = keys.nameOf(key);
    while (true) {
      Flight<V> flight = new Flight<>();
      Flight<V> underWay = flights.enterOrGet(entry, flight);
      if (underWay == null) {
        return fly(flight, entry, key, loader, ttl);
      }
      Flight.Outcome<V> shared = underWay.<E>await(name, entry);
      if (shared.value() != null) {
        count(shared.hit());
        return shared.value();
      }
    }
  }

  private <E extends Exception> V fly(
      Flight<V> flight, String entry, K key, Loader<? super K, ? extends V, E> loader, Duration ttl)
      throws E {
    try {
      Optional<V> cached = entries.read(entry);
      count(cached.isPresent());
      if (cached.isPresent()) {
        flight.land(cached.get(), true);
        return cached.get();
      }
      V loaded = timed(1, () -> requireLoaded(entry, loader.load(key)));
      flight.land(loaded, false);
      entries.fill(flights, List.of(new Loaded<>(entry, loaded, flight)), ttl);
      return loaded;
    } catch (Throwable e) {
      flight.crash(e);
      throw e;
    } finally {
      flights.leave(entry, flight);
    }
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> wanted, BatchLoader<K, ? extends V, E> loader) throws E {
    Map<K, String> names = keys.namesOf(wanted);
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<K, V> found = readAll(names);
    Map<K, String> missing = new LinkedHashMap<>(names);
    missing.keySet().removeAll(found.keySet());
    Map<K, V> loaded = missing.isEmpty() ? Map.of() : flyAll(missing, loader);
    Map<K, V> values = new LinkedHashMap<>();
    for (K key : names.keySet()) {
      V value = found.containsKey(key) ? found.get(key) : loaded.get(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  /** Loads what nobody else is loading, then takes over what the others loaded. */
  private <E extends Exception> Map<K, V> flyAll(
      Map<K, String> missing, BatchLoader<K, ? extends V, E> loader) throws E {
    Map<K, Flight<V>> own = new LinkedHashMap<>();
    Map<K, Flight<V>> others = new LinkedHashMap<>();
    missing.forEach((key, entry) -> {
      Flight<V> flight = new Flight<>();
      Flight<V> underWay = flights.enterOrGet(entry, flight);
      if (underWay == null) {
        own.put(key, flight);
      } else {
        others.put(key, underWay);
      }
    });
    Map<K, V> values = new LinkedHashMap<>();
    try {
      if (!own.isEmpty()) {
        values.putAll(loadAll(own.keySet(), loader));
        List<Loaded<V>> loaded = new ArrayList<>(own.size());
        own.forEach((key, flight) -> {
          V value = values.get(key);
          if (value == null) {
            flight.landEmpty();
          } else {
            flight.land(value, false);
            loaded.add(new Loaded<>(keys.nameOf(key), value, flight));
          }
        });
        entries.fill(flights, loaded, ttl);
      }
    } catch (Throwable e) {
      own.values().forEach(flight -> flight.crash(e));
      throw e;
    } finally {
      own.forEach((key, flight) -> flights.leave(keys.nameOf(key), flight));
    }
    values.putAll(takeOver(others, loader));
    return values;
  }

  /** Waits for others' loads. What they failed to load, for whatever reason, is loaded here. */
  private <E extends Exception> Map<K, V> takeOver(
      Map<K, Flight<V>> others, BatchLoader<K, ? extends V, E> loader) throws E {
    Map<K, V> values = new LinkedHashMap<>();
    others.forEach((key, flight) -> flight.valueIfAny().ifPresent(v -> values.put(key, v)));
    Set<K> left = new LinkedHashSet<>(others.keySet());
    left.removeAll(values.keySet());
    if (!left.isEmpty()) {
      values.putAll(loadAll(left, loader));
    }
    return values;
  }

  private <E extends Exception> Map<K, ? extends V> loadAll(
      Set<K> missing, BatchLoader<K, ? extends V, E> loader) throws E {
    Set<K> asked = Collections.unmodifiableSet(missing);
    return timed(missing.size(), () -> loader.loadAll(asked));
  }

  @Override
  public void put(K key, V value) {
    put(key, value, ttl);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    overwrite(Map.of(keys.nameOf(key), Objects.requireNonNull(value, "value")), ttl);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    Map<String, V> named = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> named.put(keys.nameOf(key), Objects.requireNonNull(value, "value")));
    overwrite(named, ttl);
  }

  @Override
  public boolean delete(K key) {
    return delete(List.of(keys.nameOf(key))) > 0;
  }

  @Override
  public long deleteAll(Collection<? extends K> unwanted) {
    return delete(List.copyOf(keys.namesOf(unwanted).values()));
  }

  @Override
  public Set<String> findMatching(String pattern, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be >= 1, was " + limit);
    }
    Set<String> found = new LinkedHashSet<>();
    for (String entry : entries.find(keys.patternOf(pattern), limit)) {
      found.add(keys.withoutPrefix(entry));
    }
    return found;
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    Objects.requireNonNull(progress, "progress");
    String entriesPattern = keys.patternOf(pattern);
    flights.invalidateAll();
    long deleted = entries.deleteMatching(entriesPattern, progress);
    recorder.invalidated(pattern, deleted);
    return deleted;
  }

  @Override
  public boolean exists(K key) {
    return entries.exists(keys.nameOf(key));
  }

  @Override
  public Optional<Duration> ttl(K key) {
    return entries.ttl(keys.nameOf(key));
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    return entries.expire(keys.nameOf(key), ttl);
  }

  @Override
  public CacheStatistics statistics() {
    return recorder.statistics();
  }

  private Map<K, V> readAll(Map<K, String> names) {
    Map<String, V> byName = entries.readAll(List.copyOf(names.values()));
    Map<K, V> found = new LinkedHashMap<>();
    names.forEach((key, entry) -> {
      V value = byName.get(entry);
      if (value != null) {
        found.put(key, value);
      }
    });
    recorder.hits(found.size());
    recorder.misses(names.size() - found.size());
    return found;
  }

  private void overwrite(Map<String, V> values, Duration ttl) {
    if (!values.isEmpty()) {
      flights.invalidate(values.keySet());
      entries.overwrite(values, ttl);
      recorder.invalidated(values.size());
    }
  }

  private long delete(List<String> names) {
    if (names.isEmpty()) {
      return 0;
    }
    flights.invalidate(names);
    long deleted = entries.delete(names);
    recorder.invalidated(names.size());
    return deleted;
  }

  private <T, E extends Exception> T timed(int count, Load<T, E> load) throws E {
    long start = System.nanoTime();
    T loaded;
    try {
      loaded = load.run();
    } catch (Throwable e) {
      recorder.loadFailed(System.nanoTime() - start);
      throw e;
    }
    recorder.loaded(count, System.nanoTime() - start);
    return loaded;
  }

  private void count(boolean hit) {
    if (hit) {
      recorder.hits(1);
    } else {
      recorder.misses(1);
    }
  }

  private V requireLoaded(String entry, @Nullable V loaded) {
    if (loaded == null) {
      throw new NullPointerException(
          "The loader of cache '%s' returned null for '%s'. Throw what the caller should see, or cache an Optional."
              .formatted(name, entry));
    }
    return loaded;
  }

  @FunctionalInterface
  private interface Load<T, E extends Exception> {
    T run() throws E;
  }
}
