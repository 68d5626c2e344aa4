package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Does for many entries at once what {@link EntryLoader} does for one. Safe for concurrent use. */
final class EntryBatchLoader<V> {

  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final Wakeups wakeups;
  private final CacheRecorder recorder;

  EntryBatchLoader(
      EntryStore<V> entries, LeasedEntries<V> leased, Wakeups wakeups, CacheRecorder recorder) {
    this.entries = entries;
    this.leased = leased;
    this.wakeups = wakeups;
    this.recorder = recorder;
  }

  /**
   * Reads entries, and loads in one go those that nobody else is loading.
   *
   * @param flights the entries; each lands as soon as others may have the value
   * @param load returns the values that it was asked for, or some of them
   */
  <E extends Exception> Map<EntryId, V> getAllOrLoad(
      Map<EntryId, Flight<V>> flights,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl)
      throws E {
    Collection<EntryId> ids = flights.keySet();
    Found<V> found = entries.read(ids);
    Map<EntryId, V> values = new LinkedHashMap<>();
    List<EntryId> missing = new ArrayList<>();
    for (EntryId id : ids) {
      Cached<V> usable = found.usable(id);
      if (usable == null) {
        missing.add(id);
      } else {
        recorder.served(usable);
        values.put(id, usable.value());
        flightOf(id, flights).landHit(usable.value());
      }
    }
    recorder.hits(values.size());
    recorder.misses(missing.size());
    loadMissing(missing, found, values, load, ttl, flights);
    return values;
  }

  private <E extends Exception> void loadMissing(
      List<EntryId> ids,
      Found<V> read,
      Map<EntryId, V> values,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl,
      Map<EntryId, Flight<V>> flights)
      throws E {
    List<EntryId> missing = ids;
    Found<V> found = read;
    long start = System.nanoTime();
    while (!missing.isEmpty()) {
      Wakeups.Wakeup wakeup = wakeups.before(missing.get(0).name());
      boolean patient = System.nanoTime() - start < EntryLoader.LONGEST_WAIT.toNanos();
      List<EntryId> others = new ArrayList<>();
      List<EntryId> mine = new ArrayList<>();
      Map<EntryId, Lease> leases = new LinkedHashMap<>();
      List<Claim<V>> claims = leased.claimAll(missing, found);
      boolean present = false;
      for (int i = 0; i < missing.size(); i++) {
        EntryId id = missing.get(i);
        Claim<V> claim = claims.get(i);
        if (claim instanceof Claim.Granted<V> granted) {
          leases.put(id, granted.lease());
          mine.add(id);
        } else if (claim instanceof Claim.Unavailable<V> || !patient) {
          mine.add(id);
        } else {
          present |= claim instanceof Claim.Present<V>;
          others.add(id);
        }
      }
      if (!mine.isEmpty()) {
        values.putAll(loadAll(mine, leases, load, ttl, flights));
      } else if (!present) {
        wakeup.awaitOrPoll();
      }
      wakeups.forget(missing.get(0).name(), wakeup);
      missing = new ArrayList<>();
      if (!others.isEmpty()) {
        found = entries.readAgain(others);
        for (EntryId id : others) {
          Cached<V> usable = found.usable(id);
          if (usable == null) {
            missing.add(id);
          } else {
            values.put(id, usable.value());
            flightOf(id, flights).landHit(usable.value());
          }
        }
      }
    }
  }

  private <E extends Exception> Map<EntryId, V> loadAll(
      List<EntryId> mine,
      Map<EntryId, Lease> leases,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl,
      Map<EntryId, Flight<V>> flights)
      throws E {
    long start = System.nanoTime();
    Map<EntryId, V> loaded;
    try {
      loaded = load.apply(mine).run();
    } catch (Throwable e) {
      leases.values().forEach(leased::release);
      throw e;
    }
    long cost = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) / mine.size();
    List<LeasedEntries.Fill<V>> fills = new ArrayList<>(leases.size());
    for (EntryId id : mine) {
      V value = loaded.get(id);
      Lease lease = leases.get(id);
      Flight<V> flight = flightOf(id, flights);
      if (value == null) {
        flight.landAbsent();
        if (lease != null) {
          leased.release(lease);
        }
      } else if (lease == null) {
        flight.landLoaded(value, false);
      } else {
        boolean shared = flight.closeDoors();
        fills.add(new LeasedEntries.Fill<>(lease, value, ttl, cost, shared));
      }
    }
    Set<EntryId> overtaken = leased.fill(fills);
    fills.forEach(fill -> {
      EntryId id = fill.lease().id();
      flightOf(id, flights).landLoaded(fill.value(), overtaken.contains(id));
    });
    return loaded;
  }

  private static <V> Flight<V> flightOf(EntryId id, Map<EntryId, Flight<V>> flights) {
    return Objects.requireNonNull(flights.get(id));
  }
}
