package dev.forebay.cache;

import java.time.Duration;
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
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The {@link Cache} whose entries are in Redis, and whose reads under way are {@link Flights}. */
final class RedisCache<K, V> implements Cache<K, V> {

  private final String name;
  private final CacheKeys<K> keys;
  private final CachePolicy<K, V> policy;
  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final EntryLoader<V> loads;
  private final CacheRecorder recorder;
  private final Flights<V> flights = new Flights<>();
  /** Made once, not for each read. */
  private final Function<V, Duration> usualTtl = this::usualTtlOf;

  private volatile Duration ttl;

  RedisCache(
      String name,
      CacheKeys<K> keys,
      CachePolicy<K, V> policy,
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      EntryLoader<V> loads,
      CacheRecorder recorder) {
    this.name = name;
    this.keys = keys;
    this.policy = policy;
    this.entries = entries;
    this.leased = leased;
    this.loads = loads;
    this.recorder = recorder;
    this.ttl = policy.ttl();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<V> get(K key) {
    EntryId id = idOf(key);
    recorder.asked(id.name());
    Optional<V> value = served(entries.read(List.of(id)), id);
    count(value.isPresent());
    return value;
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    Map<K, EntryId> ids = idsOf(wanted);
    if (ids.isEmpty()) {
      return Map.of();
    }
    ids.values().forEach(id -> recorder.asked(id.name()));
    Found<V> found = entries.read(ids.values());
    Map<K, V> values = new LinkedHashMap<>();
    ids.forEach((key, id) -> served(found, id).ifPresent(value -> values.put(key, value)));
    recorder.hits(values.size());
    recorder.misses(ids.size() - values.size());
    return values;
  }

  private Optional<V> served(Found<V> found, EntryId id) {
    return Optional.ofNullable(found.usable(id)).map(Cached::value);
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    return getOrLoadFor(usualTtl, key, loader);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheBuilder.requireTtl(ttl);
    return getOrLoadFor(value -> ttl, key, loader);
  }

  @SuppressWarnings("unchecked") // what a loader threw goes on as it is, documented at Cache
  private <E extends Exception> V getOrLoadFor(
      Function<? super V, Duration> ttl, K key, Loader<? super K, ? extends V, E> loader) throws E {
    Objects.requireNonNull(loader, "loader");
    EntryId id = idOf(key);
    recorder.asked(id.name());
    boolean overtaken = false;
    while (true) {
      Flight<V> flight = new Flight<>();
      Flight<V> underWay = flights.enterOrGet(id.name(), flight);
      if (underWay == null) {
        return fly(flight, id, timed(loader, id.name(), 1, () -> loader.load(key)), ttl);
      }
      Flight.Landing<V> shared = underWay.await(name, id.name(), policy.leaseTime());
      if (shared == null) {
        // It takes longer than others are to be kept waiting.
        flights.leave(id.name(), underWay);
      } else if (shared.overtaken() && !overtaken) {
        // It may be older than this call. The next one is not, overtaken or not.
        overtaken = true;
      } else if (shared.value() != null) {
        count(shared.hit());
        return shared.value();
      } else if (shared.failure() != null) {
        recorder.misses(1);
        throw (E) shared.failure();
      }
      // A batch found nothing; what that means, the loader of this caller has to say.
    }
  }

  private <E extends Exception> V fly(
      Flight<V> flight, EntryId id, Load<V, E> load, Function<? super V, Duration> ttl) throws E {
    try {
      return loads.getOrLoad(id, load, ttl, flight);
    } catch (Throwable e) {
      flight.crash(e);
      throw e;
    } finally {
      flights.leave(id.name(), flight);
    }
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> wanted, BatchLoader<K, ? extends V, E> loader) throws E {
    Objects.requireNonNull(loader, "loader");
    Map<K, EntryId> ids = idsOf(wanted);
    ids.values().forEach(id -> recorder.asked(id.name()));
    Map<K, V> values = new HashMap<>();
    Map<K, EntryId> left = ids;
    boolean first = true;
    while (!left.isEmpty()) {
      Map<K, Flight<V>> own = new LinkedHashMap<>();
      Map<K, Flight<V>> others = new LinkedHashMap<>();
      left.forEach((key, id) -> {
        Flight<V> flight = new Flight<>();
        Flight<V> underWay = flights.enterOrGet(id.name(), flight);
        (underWay == null ? own : others).put(key, underWay == null ? flight : underWay);
      });
      // Own flights first: others may be waiting for them.
      if (!own.isEmpty()) {
        values.putAll(flyAll(own, ids, loader));
      }
      left = takeOver(others, ids, values, first);
      first = false;
    }
    return inOrderOf(ids.keySet(), values);
  }

  /** Reads and loads what nobody else in this process is reading. */
  private <E extends Exception> Map<K, V> flyAll(
      Map<K, Flight<V>> own, Map<K, EntryId> ids, BatchLoader<K, ? extends V, E> loader) throws E {
    Map<EntryId, K> keysById = new LinkedHashMap<>();
    Map<EntryId, Flight<V>> flying = new LinkedHashMap<>();
    own.forEach((key, flight) -> {
      keysById.put(idIn(ids, key), key);
      flying.put(idIn(ids, key), flight);
    });
    Throwable failure = null;
    try {
      Map<K, V> values = new HashMap<>();
      loads
          .getAllOrLoad(flying, missing -> () -> loadAll(missing, keysById, loader), usualTtl)
          .forEach((id, value) -> values.put(Objects.requireNonNull(keysById.get(id)), value));
      return values;
    } catch (Throwable e) {
      failure = e;
      throw e;
    } finally {
      flying.forEach((id, flight) -> flights.leave(id.name(), flight));
      if (failure != null) {
        for (Flight<V> flight : flying.values()) {
          flight.crash(failure);
        }
      }
    }
  }

  private <E extends Exception> Map<EntryId, V> loadAll(
      List<EntryId> missing, Map<EntryId, K> keysById, BatchLoader<K, ? extends V, E> loader)
      throws E {
    Set<K> wanted = new LinkedHashSet<>();
    missing.forEach(id -> wanted.add(Objects.requireNonNull(keysById.get(id))));
    Map<K, ? extends V> loaded = this.<Map<K, ? extends V>, E>timed(
            loader,
            missing.get(0).name(),
            missing.size(),
            () -> loader.loadAll(Collections.unmodifiableSet(wanted)))
        .run();
    Map<EntryId, V> values = new HashMap<>();
    missing.forEach(id -> {
      V value = loaded.get(keysById.get(id));
      if (value != null) {
        values.put(id, value);
      }
    });
    return values;
  }

  /**
   * Waits for others' reads and returns what they failed to bring, to be tried anew.
   *
   * @param first whether they may have begun before this call
   */
  private Map<K, EntryId> takeOver(
      Map<K, Flight<V>> others, Map<K, EntryId> ids, Map<K, V> values, boolean first) {
    Map<K, EntryId> failed = new LinkedHashMap<>();
    others.forEach((key, flight) -> {
      EntryId id = idIn(ids, key);
      Flight.Landing<V> shared = flight.await(name, id.name(), policy.leaseTime());
      if (shared == null || shared.failure() != null || (shared.overtaken() && first)) {
        flights.leave(id.name(), flight);
        failed.put(key, id);
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
    overwrite(Map.of(idOf(key), keys.requireValue(value)), usualTtl);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    overwrite(Map.of(idOf(key), keys.requireValue(value)), same -> ttl);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    Map<EntryId, V> byId = new LinkedHashMap<>();
    values.forEach((key, value) -> byId.put(idOf(key), keys.requireValue(value)));
    if (!byId.isEmpty()) {
      overwrite(byId, usualTtl);
    }
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    keys.requireValue(value);
    EntryId id = idOf(key);
    List<Lease> blocks = leased.block(List.of(id));
    boolean cached = false;
    try {
      writer.write(key, value);
      flights.invalidate(List.of(id.name()));
      cached = !blocks.isEmpty() && leased.fillBlocked(blocks.get(0), value, usualTtl);
    } finally {
      if (cached) {
        flights.invalidate(List.of(id.name()));
        recorder.invalidated(keys, List.of(id.name()));
      } else {
        delete(List.of(id.name()));
      }
    }
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    keys.requireValue(value);
    PendingInvalidation pending = beginInvalidation(List.of(key));
    try {
      writer.write(key, value);
    } finally {
      pending.close();
    }
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> changing) {
    Map<K, EntryId> ids = idsOf(changing);
    List<String> names = ids.values().stream().map(EntryId::name).toList();
    flights.invalidate(names);
    if (!names.isEmpty()) {
      var unused = leased.block(ids.values());
    }
    return () -> delete(names);
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
  public void deleteTagged(Collection<String> tags) {
    Map<String, Invalidation> outdated = new LinkedHashMap<>();
    tags.forEach(tag -> outdated.put(keys.epochOf(tag), new Invalidation.ByTag(tag)));
    if (!outdated.isEmpty()) {
      renew(outdated);
    }
  }

  @Override
  public void clear() {
    renew(Map.of(keys.epoch(), new Invalidation.All()));
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
    return entries.exists(idOf(key));
  }

  @Override
  public Optional<Duration> ttl(K key) {
    return entries.ttl(idOf(key));
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    return entries.expire(idOf(key), ttl);
  }

  @Override
  public void setTtl(Duration ttl) {
    this.ttl = CacheBuilder.requireTtl(ttl);
  }

  @Override
  public CacheStatistics statistics() {
    return recorder.statistics();
  }

  private Duration usualTtlOf(V value) {
    return policy.ttlOf(value, ttl);
  }

  private void overwrite(Map<EntryId, V> values, Function<? super V, Duration> ttl) {
    List<String> names = values.keySet().stream().map(EntryId::name).toList();
    flights.invalidate(names);
    try {
      entries.overwrite(values, ttl);
    } finally {
      // Again: a read that took off before the command was sent may have seen the old value.
      flights.invalidate(names);
      recorder.invalidated(keys, names);
    }
  }

  private long delete(List<String> names) {
    if (names.isEmpty()) {
      return 0;
    }
    flights.invalidate(names);
    long deleted = entries.deleteNowOrLater(names);
    flights.invalidate(names);
    recorder.invalidated(keys, names);
    return deleted;
  }

  private void renew(Map<String, Invalidation> byEpoch) {
    flights.invalidateAll();
    entries.renewNowOrLater(byEpoch.keySet());
    flights.invalidateAll();
    byEpoch.values().forEach(what -> recorder.invalidated(what, 0));
  }

  private EntryId idOf(K key) {
    return keys.idOf(key, policy.tags());
  }

  private Map<K, EntryId> idsOf(Collection<? extends K> wanted) {
    Map<K, EntryId> ids = new LinkedHashMap<>();
    for (K key : wanted) {
      if (!ids.containsKey(key)) {
        ids.put(key, idOf(key));
      }
    }
    return ids;
  }

  private EntryId idIn(Map<K, EntryId> ids, K key) {
    return Objects.requireNonNull(ids.get(key));
  }

  private void count(boolean hit) {
    if (hit) {
      recorder.hits(1);
    } else {
      recorder.misses(1);
    }
  }

  /** Returns the load that also tells how it went. */
  private <T, E extends Exception> Load<T, E> timed(
      Object loader, String entry, int keys, Load<? extends @Nullable T, E> load) {
    return () -> {
      long start = System.nanoTime();
      boolean failed = true;
      try {
        T loaded = requireLoaded(load.run(), name, entry);
        failed = false;
        return loaded;
      } finally {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        recorder.loaded(new CacheLoad(classOf(loader), entry, keys, time, failed));
      }
    };
  }

  /** Returns the class that a loader was written in, be it a lambda. */
  private static String classOf(Object loader) {
    String name = loader.getClass().getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda);
  }

  /** Returns what a loader returned, or tells that it is null. */
  static <T> T requireLoaded(@Nullable T loaded, String cache, String what) {
    if (loaded == null) {
      throw new NullPointerException(
          "The loader of cache '%s' returned null for '%s'. Throw what the caller should see, or cache an Optional by JsonCodec.optionalOf; a batch leaves out keys without a value."
              .formatted(cache, what));
    }
    return loaded;
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
}
