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
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries or loads them, by one caller of this process for all who ask at the same time: the
 * others share its {@linkplain Flight flight}. Safe for concurrent use.
 */
final class SharedReads<K, V> {

  private final String cache;
  private final CachePolicy<?, V> policy;
  private final BooleanSupplier cutOff;
  private final EntryLoader<V> loads;
  private final EntryBatchLoader<V> batches;
  private final CacheRecorder recorder;
  private final Flights<V> flights = new Flights<>();

  /** @param cutOff whether this instance is without Redis */
  SharedReads(
      String cache,
      CachePolicy<?, V> policy,
      BooleanSupplier cutOff,
      EntryLoader<V> loads,
      EntryBatchLoader<V> batches,
      CacheRecorder recorder) {
    this.cache = cache;
    this.policy = policy;
    this.cutOff = cutOff;
    this.loads = loads;
    this.batches = batches;
    this.recorder = recorder;
  }

  /** See {@link Flights#invalidate}. */
  void invalidate(Collection<String> names) {
    flights.invalidate(names);
  }

  /** See {@link Flights#invalidateAll}. */
  void invalidateAll() {
    flights.invalidateAll();
  }

  /**
   * Reads an entry or loads it, as {@link Cache#getOrLoad(Object, Loader)} says.
   *
   * @param ttl how long a loaded value is fresh
   */
  @SuppressWarnings("unchecked") // what a loader threw goes on as it is, documented at Cache
  <E extends Exception> V getOrLoad(
      K key,
      EntryId id,
      Loader<? super K, ? extends V, E> loader,
      Function<? super V, Duration> ttl)
      throws E {
    recorder.asked(id.name());
    Passenger<V> passenger = null; // until there is a flight to share
    boolean alone = false;
    while (true) {
      Flight<V> flight = new Flight<>();
      Flight<V> underWay = enterOrGet(id, flight, alone);
      if (underWay == null) {
        long waitedNanos = passenger == null ? 0 : passenger.waitedNanos();
        return fly(
            flight, id, timed(loader, id.name(), 1, () -> loader.load(key)), ttl, waitedNanos);
      }
      passenger = passenger == null ? new Passenger<>(cache, policy, cutOff) : passenger;
      Flight.Landing<V> shared = await(passenger, id, underWay);
      if (shared != null && shared.value() != null) {
        count(shared);
        return shared.value();
      }
      if (shared != null && shared.failure() != null) {
        recorder.misses(1);
        throw (E) shared.failure();
      }
      // Else a batch found nothing; what that means, the loader of this caller has to say.
      passenger.goOn();
      alone = goesAlone(passenger, List.of(id));
    }
  }

  /** As {@link Passenger#await}; nobody else joins a flight that takes too long. */
  private Flight.@Nullable Landing<V> await(Passenger<V> passenger, EntryId id, Flight<V> flight) {
    Flight.Landing<V> shared = passenger.await(id, flight);
    if (shared == null && !passenger.hasWaitedEnough()) {
      flights.leave(id.name(), flight);
    }
    return shared;
  }

  /** Enters a flight, or returns the one to share. */
  private @Nullable Flight<V> enterOrGet(EntryId id, Flight<V> flight, boolean alone) {
    if (alone) {
      flights.enter(id.name(), flight);
      return null;
    }
    return flights.enterOrGet(id.name(), flight);
  }

  /**
   * Returns whether a caller has waited so long for others that it shares nothing any more.
   *
   * @throws LoadTimeoutException if it is not to load for itself either
   */
  private boolean goesAlone(Passenger<V> passenger, Collection<EntryId> ids) {
    if (!passenger.hasWaitedEnough()) {
      return false;
    }
    Duration timeout = policy.loadTimeout();
    if (timeout != null) {
      recorder.misses(ids.size());
      throw LoadTimeoutException.afterWaiting(cache, List.copyOf(ids), timeout);
    }
    return true;
  }

  private <E extends Exception> V fly(
      Flight<V> flight,
      EntryId id,
      Load<V, E> load,
      Function<? super V, Duration> ttl,
      long waitedNanos)
      throws E {
    try {
      return loads.getOrLoad(id, load, ttl, flight, waitedNanos);
    } finally {
      flights.leave(id.name(), flight);
      flight.abandon(); // unless it has landed: with what its loader threw, it has
    }
  }

  /**
   * Reads entries or loads them, as {@link Cache#getAllOrLoad} says.
   *
   * @param ttl how long a loaded value is fresh
   */
  <E extends Exception> Map<K, V> getAllOrLoad(
      Map<K, EntryId> ids, BatchLoader<K, ? extends V, E> loader, Function<? super V, Duration> ttl)
      throws E {
    ids.values().forEach(id -> recorder.asked(id.name()));
    Passenger<V> passenger = new Passenger<>(cache, policy, cutOff);
    Map<K, V> values = new HashMap<>();
    Map<K, EntryId> left = ids;
    boolean alone = false;
    while (!left.isEmpty()) {
      boolean sharesNothing = alone;
      Map<K, Flight<V>> own = new LinkedHashMap<>();
      Map<K, Flight<V>> others = new LinkedHashMap<>();
      left.forEach((key, id) -> {
        Flight<V> flight = new Flight<>();
        Flight<V> underWay = enterOrGet(id, flight, sharesNothing);
        (underWay == null ? own : others).put(key, underWay == null ? flight : underWay);
      });
      // Own flights first: others may be waiting for them.
      if (!own.isEmpty()) {
        values.putAll(flyAll(own, ids, loader, ttl, passenger.since()));
      }
      left = takeOver(others, ids, values, passenger);
      passenger.goOn();
      alone = !left.isEmpty() && goesAlone(passenger, left.values());
    }
    return RedisCache.inOrderOf(ids.keySet(), values);
  }

  /** Reads and loads what nobody else in this process is reading. */
  private <E extends Exception> Map<K, V> flyAll(
      Map<K, Flight<V>> own,
      Map<K, EntryId> ids,
      BatchLoader<K, ? extends V, E> loader,
      Function<? super V, Duration> ttl,
      long since)
      throws E {
    Map<EntryId, K> keysById = new LinkedHashMap<>();
    Map<EntryId, Flight<V>> flying = new LinkedHashMap<>();
    own.forEach((key, flight) -> {
      keysById.put(idIn(ids, key), key);
      flying.put(idIn(ids, key), flight);
    });
    try {
      Map<K, V> values = new HashMap<>();
      batches
          .getAllOrLoad(flying, missing -> () -> loadAll(missing, keysById, loader), ttl, since)
          .forEach((id, value) -> values.put(Objects.requireNonNull(keysById.get(id)), value));
      return values;
    } finally {
      flying.forEach((id, flight) -> {
        flights.leave(id.name(), flight);
        flight.abandon(); // unless it has landed: if it is what failed to load, it has
      });
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

  /** Waits for others' reads and returns what they failed to bring, to be tried anew. */
  private Map<K, EntryId> takeOver(
      Map<K, Flight<V>> others, Map<K, EntryId> ids, Map<K, V> values, Passenger<V> passenger) {
    Map<K, EntryId> failed = new LinkedHashMap<>();
    others.forEach((key, flight) -> {
      EntryId id = idIn(ids, key);
      Flight.Landing<V> shared = await(passenger, id, flight);
      if (shared == null || shared.failure() != null) {
        failed.put(key, id);
        return;
      }
      count(shared);
      if (shared.value() != null) {
        values.put(key, shared.value());
      }
    });
    return failed;
  }

  private EntryId idIn(Map<K, EntryId> ids, K key) {
    return Objects.requireNonNull(ids.get(key));
  }

  private void count(Flight.Landing<V> shared) {
    if (shared.hit()) {
      recorder.hits(1);
      recorder.served(Objects.requireNonNull(shared.value()));
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
        T loaded = RedisCache.requireLoaded(load.run(), cache, entry);
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
}
