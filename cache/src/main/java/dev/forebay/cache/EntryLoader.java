package dev.forebay.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an entry, and loads it if it is not there: one caller of all instances, while the others wait
 * for its lease to end. Safe for concurrent use.
 *
 * <pre>
 *   read ──fresh──────────────────────────────────────► value
 *    ▲ ├───stale────► refresh by whoever gets the lease ► value
 *    │ └───absent or expired
 *    │                    ┌── GRANTED ── load, fill ────► value
 *    │   claim the lease ─┼── WITHHELD ── load ─────────► value
 *    ├── at once ─────────┼── PRESENT
 *    └── woken, or soon ──┴── BUSY ── time is over ───► expired value, or LoadTimeoutException
 * </pre>
 */
final class EntryLoader<V> {

  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final CachePolicy<?, V> policy;
  private final Loading<V> loading;
  private final Refreshes<V> refreshes;
  private final Wakeups wakeups;
  private final CacheRecorder recorder;

  EntryLoader(
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      CachePolicy<?, V> policy,
      Loading<V> loading,
      Refreshes<V> refreshes,
      Wakeups wakeups,
      CacheRecorder recorder) {
    this.entries = entries;
    this.leased = leased;
    this.policy = policy;
    this.loading = loading;
    this.refreshes = refreshes;
    this.wakeups = wakeups;
    this.recorder = recorder;
  }

  /**
   * Reads one entry or loads it. The flight lands as soon as others may have the value.
   *
   * @param waitedNanos for how long the caller has waited for others already
   */
  <E extends Exception> V getOrLoad(
      EntryId id,
      Load<V, E> load,
      Function<? super V, Duration> ttl,
      Flight<V> flight,
      long waitedNanos)
      throws E {
    Consumer<EntryId> arrived = same -> flight.closeDoors();
    Found<V> found = entries.read(List.of(id), arrived);
    Cached<V> usable = found.usable(id);
    if (usable != null) {
      flight.landHit(usable.value());
      recorder.hits(1);
      recorder.served(usable);
      if (refreshes.isDue(usable)) {
        refreshes.<E>begin(Map.of(id, usable), ids -> () -> Map.of(id, load.run()), ttl);
      }
      return usable.value();
    }
    flight.openDoors();
    recorder.misses(1);
    long since = System.nanoTime() - waitedNanos;
    Wakeups.Wakeup wakeup = wakeups.before(id.name());
    boolean readAgain = false;
    boolean waited = false;
    try {
      while (true) {
        Claim<V> claim =
            readAgain && found.refused() ? new Claim.Withheld<>() : leased.claim(id, found);
        long elapsed = System.nanoTime() - since;
        if (!claim.isOfAnother(!policy.loadsAnyway(elapsed))) {
          LoadBatch<V> batch = new LoadBatch<V>().add(id, claim, flight, found.of(id));
          Map<EntryId, V> values = loading.load(batch, () -> Map.of(id, load.run()), ttl, since);
          return Objects.requireNonNull(values.get(id));
        }
        if (claim instanceof Claim.Busy<V>) {
          Cached<V> expired = found.of(id);
          Duration atMost = policy.longestWait(expired != null);
          long left = atMost == null ? Long.MAX_VALUE : atMost.toNanos() - elapsed;
          if (left <= 0) {
            return giveUp(id, expired, flight);
          }
          if (!waited) {
            recorder.waited();
            waited = true;
          }
          wakeup.awaitOrPoll(left);
          wakeup = wakeups.before(id.name());
        }
        // The epochs too: one may have been renewed since they were read.
        found = entries.readAgain(List.of(id), arrived);
        readAgain = true;
        usable = found.usable(id);
        if (usable != null) {
          flight.landHit(usable.value());
          return usable.value();
        }
        flight.openDoors();
      }
    } finally {
      wakeups.forget(id.name(), wakeup);
    }
  }

  /** Waits no longer for somebody else's load. */
  private V giveUp(EntryId id, @Nullable Cached<V> expired, Flight<V> flight) {
    if (expired == null) {
      throw loading.timedOut(List.of(id));
    }
    Map<EntryId, V> values = loading.serveExpired(Map.of(id, expired), same -> flight);
    return Objects.requireNonNull(values.get(id));
  }
}
