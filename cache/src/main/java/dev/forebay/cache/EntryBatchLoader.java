package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Does for many entries at once what {@link EntryLoader} does for one. Safe for concurrent use. */
final class EntryBatchLoader<V> {

  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final Loading<V> loading;
  private final Wakeups wakeups;
  private final CacheRecorder recorder;

  EntryBatchLoader(
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      Loading<V> loading,
      Wakeups wakeups,
      CacheRecorder recorder) {
    this.entries = entries;
    this.leased = leased;
    this.loading = loading;
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
      EntryId first = missing.get(0);
      Wakeups.Wakeup wakeup = wakeups.before(first.name());
      List<EntryId> others = new ArrayList<>();
      try {
        boolean patient = System.nanoTime() - start < EntryLoader.LONGEST_WAIT.toNanos();
        LoadBatch<V> mine = new LoadBatch<>();
        List<Claim<V>> claims = leased.claimAll(missing, found);
        boolean present = false;
        for (int i = 0; i < missing.size(); i++) {
          EntryId id = missing.get(i);
          Claim<V> claim = claims.get(i);
          boolean another = claim instanceof Claim.Busy<V> || claim instanceof Claim.Present<V>;
          if (another && patient) {
            present |= claim instanceof Claim.Present<V>;
            others.add(id);
          } else {
            mine.add(id, claim, flightOf(id, flights), null);
          }
        }
        if (!mine.isEmpty()) {
          values.putAll(loading.load(mine, load.apply(mine.ids()), ttl));
        } else if (!present) {
          wakeup.awaitOrPoll();
        }
      } finally {
        wakeups.forget(first.name(), wakeup);
      }
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

  private static <V> Flight<V> flightOf(EntryId id, Map<EntryId, Flight<V>> flights) {
    return Objects.requireNonNull(flights.get(id));
  }
}
