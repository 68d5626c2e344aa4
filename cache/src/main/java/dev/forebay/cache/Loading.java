package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
 * epochs. Unless Redis says that it was not, the flight lands overtaken; what that means for whom, the
 * {@link Passenger} knows.
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
   * @param since when the caller began to wait, by {@link System#nanoTime}; a {@link WarmerThread}
   *     waits for the end
   * @return what was loaded; if that failed or takes long, the old values if there is one of each
   */
  <E extends Exception> Map<EntryId, V> load(
      LoadBatch<V> batch,
      Load<Map<EntryId, V>, E> load,
      Function<? super V, Duration> ttl,
      long since)
      throws E {
    Duration atMost =
        WarmerThread.isWarming(cache) ? null : policy.longestWait(batch.hasAllExpired());
    try {
      return atMost == null
          ? loadAndStore(batch, load, ttl)
          : loadElsewhere(atMost, batch, load, ttl, since);
    } catch (Exception e) {
      if (!batch.hasAllExpired()) {
        throw e;
      }
      return serveExpired(batch.expired(), batch::flight);
    }
  }

  /**
   * Loads on this thread what nobody waits for.
   *
   * @return how many entries were stored, or must not be
   */
  <E extends Exception> int refresh(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load, Function<? super V, Duration> ttl)
      throws E {
    long start = System.nanoTime();
    Map<EntryId, V> loaded = run(batch, load);
    return store(batch, loaded, ttl, System.nanoTime() - start);
  }

  private <E extends Exception> Map<EntryId, V> loadAndStore(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load, Function<? super V, Duration> ttl)
      throws E {
    long start = System.nanoTime();
    Map<EntryId, V> loaded = run(batch, load);
    var unused = store(batch, loaded, ttl, System.nanoTime() - start);
    return loaded;
  }

  /** Loads on another thread, which goes on when this one has waited long enough. */
  @SuppressWarnings("unchecked") // what the loader threw goes on as it is
  private <E extends Exception> Map<EntryId, V> loadElsewhere(
      Duration atMost,
      LoadBatch<V> batch,
      Load<Map<EntryId, V>, E> load,
      Function<? super V, Duration> ttl,
      long since)
      throws E {
    CompletableFuture<Map<EntryId, V>> loaded = new CompletableFuture<>();
    Runnable task = () -> {
      try {
        loaded.complete(loadAndStore(batch, load, ttl));
      } catch (Throwable e) {
        loaded.completeExceptionally(e);
      }
    };
    boolean begun = false;
    try {
      begun = threads.load(task, left(atMost, since));
    } finally {
      if (!begun) {
        batch.leases().values().forEach(leased::release);
      }
    }
    if (!begun) {
      throw Thread.currentThread().isInterrupted()
          ? LoadTimeoutException.interrupted(cache, batch.ids(), new InterruptedException())
          : LoadTimeoutException.withoutThread(cache, batch.ids(), atMost);
    }
    try {
      return loaded.get(left(atMost, since), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw LoadTimeoutException.afterWaiting(cache, batch.ids(), atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadTimeoutException.interrupted(cache, batch.ids(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (E) e.getCause();
    }
  }

  private static long left(Duration atMost, long since) {
    return Math.max(0, atMost.toNanos() - (System.nanoTime() - since));
  }

  /** Runs a loader on this thread; if it fails, so does the load. */
  private <E extends Exception> Map<EntryId, V> run(
      LoadBatch<V> batch, Load<Map<EntryId, V>, E> load) throws E {
    Duration timeout = policy.loadTimeout();
    batch.flights().values().forEach(Flight::beginLoad);
    try {
      return timeout == null ? load.run() : runWithin(timeout, batch, load);
    } catch (Throwable e) {
      fail(batch, e);
      throw e;
    } finally {
      batch.flights().values().forEach(Flight::endLoad);
    }
  }

  /**
   * Runs a loader on this thread. When its time is over, the leases end, so that others may load, and
   * the thread is interrupted; whether or not the loader heeds that, what it returns is discarded.
   */
  @SuppressWarnings("unchecked") // what the loader threw goes on as it is
  private <E extends Exception> Map<EntryId, V> runWithin(
      Duration timeout, LoadBatch<V> batch, Load<Map<EntryId, V>, E> load) throws E {
    FutureTask<Map<EntryId, V>> task = new FutureTask<>(load::run);
    CompletableFuture<Boolean> returned = new CompletableFuture<>();
    var unused = returned
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((inTime, late) -> {
          if (late != null && task.cancel(true)) {
            batch.leases().values().forEach(leased::release);
          }
        });
    task.run();
    returned.complete(true);
    try {
      return task.get();
    } catch (CancellationException e) {
      Thread.interrupted(); // which was meant for the loader
      throw timedOut(batch.ids());
    } catch (InterruptedException e) {
      throw new IllegalStateException("A task that has run is never waited for", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (E) e.getCause();
    }
  }

  /** Returns what a caller is told who has waited as long as anyone does. */
  LoadTimeoutException timedOut(List<EntryId> ids) {
    return LoadTimeoutException.afterWaiting(
        cache, ids, Objects.requireNonNull(policy.loadTimeout()));
  }

  /** Stores what was loaded, and lands all flights; returns how many were not overtaken. */
  private int store(
      LoadBatch<V> batch,
      Map<EntryId, V> loaded,
      Function<? super V, Duration> ttl,
      long tookNanos) {
    long cost = TimeUnit.NANOSECONDS.toMicros(tookNanos) / batch.flights().size();
    List<EntryId> absent = new ArrayList<>();
    List<LeasedEntries.Fill<V>> fills = new ArrayList<>();
    batch.flights().forEach((id, flight) -> {
      V value = loaded.get(id);
      Lease lease = batch.leases().get(id);
      if (value == null) {
        absent.add(id);
      } else if (lease == null) {
        flight.closeDoors();
        flight.landLoaded(value, true);
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
    // Who shares the load of an entry that has an old value may have that, if it is all he needs.
    overtaken.addAll(batch.expired().keySet());
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
        overtaken.add(id);
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
          .landExpired(current == null ? entry.value() : current.value(), current == null);
    });
    return values;
  }
}
