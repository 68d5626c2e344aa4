package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs the loaders of one cache, stores what they return under the leases, and lands the flights of
 * those who share it. Safe for concurrent use.
 *
 * <p>Who shares a load may have asked after an invalidation, by another instance, that the load
 * began before. So before a flight lands, in whichever way, its doors are closed, and if somebody has
 * boarded, Redis is asked whether the load was invalidated until then: its lease tells, and its
 * epochs. If it was, or if nothing can tell, the flight lands overtaken.
 */
final class Loading<V> {

  private final String cache;
  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final CachePolicy<?, V> policy;
  private final LoadThreads threads;
  private final CacheRecorder recorder;

  Loading(
      String cache,
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      CachePolicy<?, V> policy,
      LoadThreads threads,
      CacheRecorder recorder) {
    this.cache = cache;
    this.entries = entries;
    this.leased = leased;
    this.policy = policy;
    this.threads = threads;
    this.recorder = recorder;
  }

  /**
   * Loads entries, and stores them where there are leases.
   *
   * @param load returns the values of some of them, or of all
   * @param ttl how long a value is fresh
   * @return what was loaded; if that failed or takes long, the old values if there is one of each
   */
  <E extends Exception> Map<EntryId, V> load(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load, Function<? super V, Duration> ttl)
      throws E {
    Duration atMost = batch.hasAllExpired() && policy.patience() != null
        ? policy.patience()
        : policy.loadTimeout();
    try {
      return atMost == null ? loadAndStore(batch, load, ttl) : loadWithin(atMost, batch, load, ttl);
    } catch (Exception e) {
      if (!batch.hasAllExpired()) {
        throw e;
      }
      return serveExpired(batch.expired(), batch::flight);
    }
  }

  /** Loads on this thread what nobody waits for. */
  <E extends Exception> void refresh(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load, Function<? super V, Duration> ttl)
      throws E {
    var unused = loadAndStore(batch, load, ttl);
  }

  private <E extends Exception> Map<EntryId, V> loadAndStore(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load, Function<? super V, Duration> ttl)
      throws E {
    long start = System.nanoTime();
    Map<EntryId, V> loaded;
    try {
      loaded = load.run();
    } catch (Throwable e) {
      fail(batch, e);
      throw e;
    }
    store(batch, loaded, ttl, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    return loaded;
  }

  /** Loads on another thread, which goes on when this one has waited long enough. */
  @SuppressWarnings("unchecked") // what the loader threw goes on as it is
  private <E extends Exception> Map<EntryId, V> loadWithin(
      Duration atMost,
      LoadBatch<V> batch,
      Load<Map<EntryId, V>, E> load,
      Function<? super V, Duration> ttl)
      throws E {
    CompletableFuture<Map<EntryId, V>> loaded = new CompletableFuture<>();
    Runnable task = () -> {
      try {
        loaded.complete(loadAndStore(batch, load, ttl));
      } catch (Throwable e) {
        loaded.completeExceptionally(e);
      }
    };
    if (!threads.load(task)) {
      return loadAndStore(batch, load, ttl);
    }
    try {
      return loaded.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (atMost.equals(policy.loadTimeout())) {
        batch.leases().values().forEach(leased::release);
      }
      throw new LoadTimeoutException(cache, batch.ids().get(0).name(), atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoadTimeoutException(cache, batch.ids().get(0).name(), atMost);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (E) e.getCause();
    }
  }

  /** Stores what was loaded, and lands all flights; returns how many were not overtaken. */
  private int store(
      LoadBatch<V> batch,
      Map<EntryId, V> loaded,
      Function<? super V, Duration> ttl,
      long tookMicros) {
    long cost = tookMicros / batch.flights().size();
    List<EntryId> absent = new ArrayList<>();
    List<LeasedEntries.Fill<V>> fills = new ArrayList<>();
    batch.flights().forEach((id, flight) -> {
      V value = loaded.get(id);
      Lease lease = batch.leases().get(id);
      if (value == null) {
        absent.add(id);
      } else if (lease == null) {
        flight.closeDoors();
        flight.landLoaded(value, batch.isWithheld(id));
      } else {
        fills.add(new LeasedEntries.Fill<>(lease, value, ttl, cost, flight.closeDoors()));
      }
    });
    Set<EntryId> gone = end(batch, absent);
    absent.forEach(id -> batch.flight(id).landAbsent(gone.contains(id)));
    Set<EntryId> overtaken = batch.leases().keySet();
    try {
      overtaken = leased.fill(fills);
    } finally {
      for (LeasedEntries.Fill<V> fill : fills) {
        EntryId id = fill.lease().id();
        batch.flight(id).landLoaded(fill.value(), overtaken.contains(id));
      }
    }
    return fills.size() - overtaken.size();
  }

  /** Ends the leases of a load that failed, and lands its flights, unless old values are served. */
  private void fail(LoadBatch<V> batch, Throwable failure) {
    if (failure instanceof Exception && batch.hasAllExpired()) {
      batch.leases().values().forEach(leased::release);
      return;
    }
    Set<EntryId> overtaken = end(batch, batch.ids());
    batch.flights().forEach((id, flight) -> flight.crash(failure, overtaken.contains(id)));
  }

  /** Ends the leases of entries of which nothing is stored; returns those that are overtaken. */
  private Set<EntryId> end(LoadBatch<V> batch, Collection<EntryId> ids) {
    Set<EntryId> overtaken = new HashSet<>();
    List<Lease> shared = new ArrayList<>();
    for (EntryId id : ids) {
      boolean boarded = batch.flight(id).closeDoors();
      Lease lease = batch.leases().get(id);
      if (lease == null) {
        if (batch.isWithheld(id)) {
          overtaken.add(id);
        }
      } else if (boarded) {
        shared.add(lease);
      } else {
        leased.release(lease);
      }
    }
    overtaken.addAll(leased.end(shared));
    return overtaken;
  }

  /**
   * Returns old values, and lands their flights with what Redis still has, as they were read some
   * time ago. One round trip if anyone shares a flight.
   */
  Map<EntryId, V> serveExpired(
      Map<EntryId, Cached<V>> expired, Function<EntryId, Flight<V>> flights) {
    List<EntryId> shared =
        expired.keySet().stream().filter(id -> flights.apply(id).closeDoors()).toList();
    Found<V> now = shared.isEmpty() ? Found.nothing(false) : entries.readAgain(shared);
    Map<EntryId, V> values = new HashMap<>();
    expired.forEach((id, entry) -> {
      recorder.servedStale();
      values.put(id, entry.value());
      Cached<V> current = now.of(id);
      flights
          .apply(id)
          .landExpired(
              current == null ? entry.value() : current.value(), current == null && now.answered());
    });
    return values;
  }
}
