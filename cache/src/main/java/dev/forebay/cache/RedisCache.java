package dev.forebay.cache;

import dev.forebay.cache.EntryStore.Loaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
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
    String entry = keys.nameOf(key);
    Optional<V> value = Optional.ofNullable(entries.read(entry).values().get(entry));
    count(value.isPresent());
    return value;
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    Map<K, String> names = keys.namesOf(wanted);
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, V> byName = entries.readAll(List.copyOf(names.values())).values();
    recorder.hits(byName.size());
    recorder.misses(names.size() - byName.size());
    Map<K, V> found = new LinkedHashMap<>();
    names.forEach((key, entry) -> {
      V value = byName.get(entry);
      if (value != null) {
        found.put(key, value);
      }
    });
    return found;
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    return getOrLoad(key, loader, ttl);
  }

  @Override
  @SuppressWarnings("unchecked") // what a loader threw goes on as it is, documented at Cache
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
      Flight.Landing<V> shared = underWay.await(name, entry);
      if (shared.value() != null) {
        count(shared.hit());
        return shared.value();
      }
      if (shared.failure() != null) {
        count(false);
        throw (E) shared.failure();
      }
      // A batch found nothing; what that means, the loader of this caller has to say.
    }
  }

  private <E extends Exception> V fly(
      Flight<V> flight, String entry, K key, Loader<? super K, ? extends V, E> loader, Duration ttl)
      throws E {
    try {
      EntryStore.Found<V> found = entries.read(entry);
      V cached = found.values().get(entry);
      count(cached != null);
      if (cached != null) {
        flight.land(cached, true);
        return cached;
      }
      V loaded = timed(() -> requireLoaded(loader.load(key), entry));
      flight.land(loaded, false);
      if (found.answered()) {
        entries.fill(flights, List.of(new Loaded<>(entry, loaded, flight)), ttl);
      }
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
    Objects.requireNonNull(loader, "loader");
    Map<K, String> names = keys.namesOf(wanted);
    Map<K, V> values = new HashMap<>();
    Map<K, String> left = names;
    while (!left.isEmpty()) {
      Map<K, Flight<V>> own = new LinkedHashMap<>();
      Map<K, Flight<V>> others = new LinkedHashMap<>();
      left.forEach((key, entry) -> {
        Flight<V> flight = new Flight<>();
        Flight<V> underWay = flights.enterOrGet(entry, flight);
        (underWay == null ? own : others).put(key, underWay == null ? flight : underWay);
      });
      // Own flights first: others may be waiting for them.
      values.putAll(flyAll(own, names, loader));
      left = takeOver(others, names, values);
    }
    return inOrderOf(names.keySet(), values);
  }

  /** Reads and loads what nobody else is reading. */
  private <E extends Exception> Map<K, V> flyAll(
      Map<K, Flight<V>> own, Map<K, String> names, BatchLoader<K, ? extends V, E> loader) throws E {
    if (own.isEmpty()) {
      return Map.of();
    }
    try {
      return readOrLoadAll(own, names, loader);
    } catch (Throwable e) {
      // All have been left: whoever is woken to try for himself must not find a crash here again.
      own.values().forEach(flight -> flight.crash(e));
      throw e;
    }
  }

  private <E extends Exception> Map<K, V> readOrLoadAll(
      Map<K, Flight<V>> own, Map<K, String> names, BatchLoader<K, ? extends V, E> loader) throws E {
    try {
      List<String> ownNames =
          own.keySet().stream().map(key -> nameIn(names, key)).toList();
      EntryStore.Found<V> found = entries.readAll(ownNames);
      recorder.hits(found.values().size());
      recorder.misses(own.size() - found.values().size());
      Map<K, V> values = new HashMap<>();
      Set<K> missing = new LinkedHashSet<>();
      own.forEach((key, flight) -> {
        V cached = found.values().get(nameIn(names, key));
        if (cached == null) {
          missing.add(key);
        } else {
          flight.land(cached, true);
          values.put(key, cached);
        }
      });
      if (missing.isEmpty()) {
        return values;
      }
      Map<K, ? extends V> loaded = timed(() -> requireLoaded(
          loader.loadAll(Collections.unmodifiableSet(missing)),
          nameIn(names, missing.iterator().next())));
      List<Loaded<V>> fills = new ArrayList<>(missing.size());
      for (K key : missing) {
        Flight<V> flight = Objects.requireNonNull(own.get(key));
        V value = loaded.get(key);
        if (value == null) {
          // Left first: whoever is woken to find it out for himself must not find it here again.
          flights.leave(nameIn(names, key), flight);
          flight.landAbsent();
        } else {
          flight.land(value, false);
          values.put(key, value);
          fills.add(new Loaded<>(nameIn(names, key), value, flight));
        }
      }
      if (found.answered() && !fills.isEmpty()) {
        entries.fill(flights, fills, ttl);
      }
      return values;
    } finally {
      own.forEach((key, flight) -> flights.leave(nameIn(names, key), flight));
    }
  }

  /** Waits for others' reads and returns what they failed to bring, to be tried anew. */
  private Map<K, String> takeOver(
      Map<K, Flight<V>> others, Map<K, String> names, Map<K, V> values) {
    Map<K, String> failed = new LinkedHashMap<>();
    others.forEach((key, flight) -> {
      String entry = nameIn(names, key);
      Flight.Landing<V> shared = flight.await(name, entry);
      if (shared.failure() != null) {
        failed.put(key, entry);
        return;
      }
      count(shared.hit());
      if (shared.value() != null) {
        values.put(key, shared.value());
      }
    });
    return failed;
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
    for (String entry : entries.findMatching(keys.patternOf(pattern), limit)) {
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
    flights.invalidateAll();
    recorder.invalidated(new Invalidation.ByPattern(pattern), deleted);
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

  private void overwrite(Map<String, V> values, Duration ttl) {
    if (values.isEmpty()) {
      return;
    }
    EntryStore.Overwrite overwrite = entries.overwrite(values, ttl);
    flights.invalidate(values.keySet());
    entries.send(overwrite);
    // Again: a read that took off between the mark and the sending may have seen the old value.
    flights.invalidate(values.keySet());
    recorder.invalidated(keys, values.keySet());
    RefusedValueException refusal = overwrite.refusal();
    if (refusal != null) {
      throw refusal;
    }
  }

  private long delete(List<String> names) {
    if (names.isEmpty()) {
      return 0;
    }
    flights.invalidate(names);
    long deleted = entries.deleteNowOrLater(names);
    // Again: a read that took off between the mark and the sending may have seen the old value.
    flights.invalidate(names);
    recorder.invalidated(keys, names);
    return deleted;
  }

  private <T, E extends Exception> T timed(Load<T, E> load) throws E {
    long start = System.nanoTime();
    T loaded;
    try {
      loaded = load.run();
    } catch (Throwable e) {
      recorder.loadFailed(System.nanoTime() - start);
      throw e;
    }
    recorder.loaded(System.nanoTime() - start);
    return loaded;
  }

  private void count(boolean hit) {
    if (hit) {
      recorder.hits(1);
    } else {
      recorder.misses(1);
    }
  }

  private <T> T requireLoaded(@Nullable T loaded, String what) {
    if (loaded == null) {
      throw new NullPointerException(
          "The loader of cache '%s' returned null for '%s'. Throw what the caller should see, or cache an Optional by JsonCodec.optionalOf; a batch leaves out keys without a value."
              .formatted(name, what));
    }
    return loaded;
  }

  private String nameIn(Map<K, String> names, K key) {
    return Objects.requireNonNull(names.get(key));
  }

  /** Returns those of {@code values} that were asked for, in the order of the asking. */
  static <K, V> Map<K, V> inOrderOf(Collection<K> asked, Map<K, ? extends V> values) {
    Map<K, V> ordered = new LinkedHashMap<>();
    for (K key : asked) {
      V value = values.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    return ordered;
  }

  @FunctionalInterface
  private interface Load<T, E extends Exception> {
    T run() throws E;
  }
}
