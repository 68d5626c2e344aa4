package dev.forebay.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
  private final Loading<V> loading;
  private final Wakeups wakeups;
  private final LoadThreads threads;
  private final CacheRecorder recorder;
  private final Set<String> refreshing = ConcurrentHashMap.newKeySet();

  EntryLoader(
      String cache,
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      CachePolicy<?, V> policy,
      Loading<V> loading,
      Wakeups wakeups,
      LoadThreads threads,
      CacheRecorder recorder) {
    this.cache = cache;
    this.entries = entries;
    this.leased = leased;
    this.policy = policy;
    this.loading = loading;
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
        boolean others = claim instanceof Claim.Busy<V> || claim instanceof Claim.Present<V>;
        if (!others || System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
          LoadBatch<V> batch = new LoadBatch<V>().add(id, claim, flight, found.of(id));
          Map<EntryId, V> values = loading.load(batch, () -> Map.of(id, load.run()), ttl);
          return Objects.requireNonNull(values.get(id));
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
    Claim<V> claim = leased.claim(id, found);
    if (claim instanceof Claim.Granted<V>) {
      try {
        LoadBatch<V> batch = new LoadBatch<V>().add(id, claim, new Flight<>(), null);
        loading.refresh(batch, () -> Map.of(id, load.run()), ttl);
        recorder.refreshed();
      } catch (Exception e) {
        // Counted and told as the failure of a load; the entry stays stale.
        log.debug("An entry of cache '{}' could not be refreshed", cache);
      }
    }
  }
}
