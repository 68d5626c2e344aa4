package dev.forebay.cache;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an entry, and loads it if it is not there: one caller of all instances, while the others wait
 * for its lease to end. Safe for concurrent use.
 *
 * <pre>
 *   read ──fresh──────────────────────────────────────► value
 *    ▲ ├───stale────► refresh by whoever gets the lease ► value
 *    │ └───absent or expired
 *    │                    ┌── GRANTED ── load, fill ────► value
 *    │   claim the lease ─┼── UNAVAILABLE ── load ──────► value
 *    ├── at once ─────────┼── PRESENT
 *    └── woken, or soon ──┴── BUSY
 * </pre>
 */
final class EntryLoader<V> {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  /** For how long a caller waits for others before it loads for itself alone. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final String cache;
  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final CachePolicy<?, V> policy;
  private final Wakeups wakeups;
  private final LoadThreads threads;
  private final CacheRecorder recorder;
  private final Set<String> refreshing = ConcurrentHashMap.newKeySet();

  EntryLoader(
      String cache,
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      CachePolicy<?, V> policy,
      Wakeups wakeups,
      LoadThreads threads,
      CacheRecorder recorder) {
    this.cache = cache;
    this.entries = entries;
    this.leased = leased;
    this.policy = policy;
    this.wakeups = wakeups;
    this.threads = threads;
    this.recorder = recorder;
  }

  /** Reads one entry or loads it. The flight lands as soon as others may have the value. */
  <E extends Exception> V getOrLoad(
      EntryId id, Load<V, E> load, Function<? super V, Duration> ttl, Flight<V> flight) throws E {
    Found<V> found = entries.read(List.of(id));
    Cached<V> usable = found.usable(id);
    if (usable != null) {
      recorder.hits(1);
      recorder.served(usable);
      flight.landHit(usable.value());
      refreshIfDue(id, usable, found, load, ttl);
      return usable.value();
    }
    recorder.misses(1);
    long start = System.nanoTime();
    Wakeups.Wakeup wakeup = wakeups.before(id.name());
    boolean waited = false;
    try {
      while (true) {
        Claim<V> claim = leased.claim(id, found);
        if (claim instanceof Claim.Granted<V> granted) {
          return loadUnder(granted.lease(), id, load, ttl, flight, found.of(id));
        }
        if (claim instanceof Claim.Unavailable<V>
            || System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
          return loadUnder(null, id, load, ttl, flight, found.of(id));
        }
        if (claim instanceof Claim.Busy<V>) {
          if (!waited) {
            recorder.waited();
            waited = true;
          }
          wakeup.awaitOrPoll();
          wakeup = wakeups.before(id.name());
        }
        // The epochs too: one may have been renewed since they were read.
        found = entries.readAgain(List.of(id));
        usable = found.usable(id);
        if (usable != null) {
          flight.landHit(usable.value());
          return usable.value();
        }
      }
    } finally {
      wakeups.forget(id.name(), wakeup);
    }
  }

  /**
   * Loads an entry and, under a lease, stores it.
   *
   * @param lease null to store nothing
   * @param expired what to return if that fails or takes long; null if there is nothing
   */
  private <E extends Exception> V loadUnder(
      @Nullable Lease lease,
      EntryId id,
      Load<V, E> load,
      Function<? super V, Duration> ttl,
      Flight<V> flight,
      @Nullable Cached<V> expired)
      throws E {
    Duration atMost =
        expired == null || policy.patience() == null ? policy.loadTimeout() : policy.patience();
    try {
      return atMost == null
          ? loadAndFill(lease, load, ttl, flight)
          : loadWithin(atMost, lease, id, load, ttl, flight);
    } catch (Exception e) {
      if (expired == null) {
        throw e;
      }
      recorder.servedStale();
      flight.landHit(expired.value());
      return expired.value();
    }
  }

  private <E extends Exception> V loadAndFill(
      @Nullable Lease lease, Load<V, E> load, Function<? super V, Duration> ttl, Flight<V> flight)
      throws E {
    long start = System.nanoTime();
    V value;
    try {
      value = load.run();
    } catch (Throwable e) {
      if (lease != null) {
        leased.release(lease);
      }
      throw e;
    }
    boolean shared = flight.closeDoors();
    boolean overtaken = false;
    try {
      if (lease != null) {
        long cost = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        overtaken = !leased
            .fill(List.of(new LeasedEntries.Fill<>(lease, value, ttl, cost, shared)))
            .isEmpty();
      }
    } finally {
      flight.landLoaded(value, overtaken);
    }
    return value;
  }

  /** Loads on another thread, which goes on when this one has waited long enough. */
  @SuppressWarnings("unchecked") // what the loader threw goes on as it is
  private <E extends Exception> V loadWithin(
      Duration atMost,
      @Nullable Lease lease,
      EntryId id,
      Load<V, E> load,
      Function<? super V, Duration> ttl,
      Flight<V> flight)
      throws E {
    CompletableFuture<V> loaded = new CompletableFuture<>();
    Runnable task = () -> {
      try {
        loaded.complete(loadAndFill(lease, load, ttl, flight));
      } catch (Throwable e) {
        loaded.completeExceptionally(e);
      }
    };
    if (!threads.load(task)) {
      return loadAndFill(lease, load, ttl, flight);
    }
    try {
      return loaded.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (lease != null && atMost.equals(policy.loadTimeout())) {
        leased.release(lease);
      }
      throw new LoadTimeoutException(cache, id.name(), atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoadTimeoutException(cache, id.name(), atMost);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (E) e.getCause();
    }
  }

  private <E extends Exception> void refreshIfDue(
      EntryId id,
      Cached<V> entry,
      Found<V> found,
      Load<V, E> load,
      Function<? super V, Duration> ttl) {
    boolean due =
        entry.freshness() == Cached.Freshness.STALE || entry.isDueEarly(policy.earlyRefresh());
    if (!due || !refreshing.add(id.name())) {
      return;
    }
    boolean accepted = threads.refresh(() -> {
      try {
        refresh(id, found, load, ttl);
      } finally {
        refreshing.remove(id.name());
      }
    });
    if (!accepted) {
      refreshing.remove(id.name());
    }
  }

  private <E extends Exception> void refresh(
      EntryId id, Found<V> found, Load<V, E> load, Function<? super V, Duration> ttl) {
    if (leased.claim(id, found) instanceof Claim.Granted<V> granted) {
      try {
        var unused = loadAndFill(granted.lease(), load, ttl, new Flight<>());
        recorder.refreshed();
      } catch (Exception e) {
        // Counted and told as the failure of a load; the entry stays stale.
        log.debug("An entry of cache '{}' could not be refreshed", cache);
      }
    }
  }
}
