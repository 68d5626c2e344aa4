package dev.forebay.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does for many entries at once what {@link EntryLoader} does for one. Safe for concurrent use. */
final class EntryBatchLoader<V> {

  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final Loading<V> loading;
  private final Refreshes<V> refreshes;
  private final CachePolicy<?, V> policy;
  private final Wakeups wakeups;
  private final CacheRecorder recorder;

  EntryBatchLoader(
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      Loading<V> loading,
      Refreshes<V> refreshes,
      CachePolicy<?, V> policy,
      Wakeups wakeups,
      CacheRecorder recorder) {
    this.entries = entries;
    this.leased = leased;
    this.loading = loading;
    this.refreshes = refreshes;
    this.policy = policy;
    this.wakeups = wakeups;
    this.recorder = recorder;
  }

  /**
   * Reads entries, and loads in one go those that nobody else is loading.
   *
   * @param flights the entries; each lands as soon as others may have the value
   * @param load returns the values that it was asked for, or some of them
   * @param since when the caller began to wait, by {@link System#nanoTime}
   */
  <E extends Exception> Map<EntryId, V> getAllOrLoad(
      Map<EntryId, Flight<V>> flights,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl,
      long since)
      throws E {
    Collection<EntryId> ids = flights.keySet();
    Found<V> found = entries.read(ids, id -> flightOf(id, flights).closeDoors());
    Map<EntryId, V> values = new LinkedHashMap<>();
    List<EntryId> missing = new ArrayList<>();
    Map<EntryId, Cached<V>> due = Map.of();
    for (EntryId id : ids) {
      Cached<V> usable = landHit(id, found, flights);
      if (usable == null) {
        missing.add(id);
      } else {
        recorder.served(usable);
        values.put(id, usable.value());
        if (refreshes.isDue(usable)) {
          due = due.isEmpty() ? new LinkedHashMap<>() : due;
          due.put(id, usable);
        }
      }
    }
    if (!due.isEmpty()) {
      refreshes.begin(due, load, ttl);
    }
    recorder.hits(values.size());
    recorder.misses(missing.size());
    loadMissing(missing, found, values, load, ttl, flights, since);
    return values;
  }

  private <E extends Exception> void loadMissing(
      List<EntryId> ids,
      Found<V> read,
      Map<EntryId, V> values,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl,
      Map<EntryId, Flight<V>> flights,
      long since)
      throws E {
    List<EntryId> missing = ids;
    Set<EntryId> waited = new HashSet<>();
    Found<V> latest = read;
    boolean readAgain = false;
    while (!missing.isEmpty()) {
      Found<V> found = latest;
      EntryId first = missing.get(0);
      Wakeups.Wakeup wakeup = wakeups.before(first.name());
      List<EntryId> others = new ArrayList<>();
      try {
        boolean inTime = !policy.loadsAnyway(System.nanoTime() - since);
        LoadBatch<V> mine = new LoadBatch<>();
        List<Claim<V>> claims = readAgain && found.refused()
            ? Collections.nCopies(missing.size(), new Claim.Withheld<>())
            : leased.claimAll(missing, found);
        boolean present = false;
        for (int i = 0; i < missing.size(); i++) {
          EntryId id = missing.get(i);
          Claim<V> claim = claims.get(i);
          if (claim.isOfAnother(inTime)) {
            present |= claim instanceof Claim.Present<V>;
            others.add(id);
          } else {
            mine.add(id, claim, flightOf(id, flights), found.of(id));
          }
        }
        if (!mine.isEmpty()) {
          values.putAll(loading.load(mine, load.apply(mine.ids()), ttl, since));
        } else if (!present) {
          values.putAll(giveUp(others, found, flights, since));
          others.removeIf(values::containsKey);
          others.stream().filter(waited::add).forEach(id -> recorder.waited());
          others.stream()
              .mapToLong(id -> left(id, found, since))
              .min()
              .ifPresent(wakeup::awaitOrPoll);
        }
      } finally {
        wakeups.forget(first.name(), wakeup);
      }
      missing = new ArrayList<>();
      if (!others.isEmpty()) {
        latest = entries.readAgain(others, id -> flightOf(id, flights).closeDoors());
        readAgain = true;
        for (EntryId id : others) {
          Cached<V> usable = landHit(id, latest, flights);
          if (usable == null) {
            missing.add(id);
          } else {
            values.put(id, usable.value());
          }
        }
      }
    }
  }

  /** Ends the flight of an entry that can be used, and returns it; else lets others board again. */
  private @Nullable Cached<V> landHit(EntryId id, Found<V> found, Map<EntryId, Flight<V>> flights) {
    Cached<V> usable = found.usable(id);
    if (usable == null) {
      flightOf(id, flights).openDoors();
    } else {
      flightOf(id, flights).landHit(usable.value());
    }
    return usable;
  }

  /**
   * Waits no longer for entries that others are loading, of which the old value is to be served by
   * now; returns these.
   */
  private Map<EntryId, V> giveUp(
      List<EntryId> busy, Found<V> found, Map<EntryId, Flight<V>> flights, long since) {
    Map<EntryId, Cached<V>> expired = new LinkedHashMap<>();
    for (EntryId id : busy) {
      if (left(id, found, since) <= 0) {
        Cached<V> old = found.of(id);
        if (old == null) {
          throw loading.timedOut(busy);
        }
        expired.put(id, old);
      }
    }
    return expired.isEmpty()
        ? Map.of()
        : loading.serveExpired(expired, id -> flightOf(id, flights));
  }

  /** Returns for how many nanoseconds to wait for an entry yet. */
  private long left(EntryId id, Found<V> found, long since) {
    Duration atMost = policy.longestWait(found.of(id) != null);
    return atMost == null ? Long.MAX_VALUE : atMost.toNanos() - (System.nanoTime() - since);
  }

  private static <V> Flight<V> flightOf(EntryId id, Map<EntryId, Flight<V>> flights) {
    return Objects.requireNonNull(flights.get(id));
  }
}
