package dev.forebay.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews entries of one cache in the background while callers are served what there is: each by
 * whoever of all instances gets its lease. Safe for concurrent use.
 */
final class Refreshes<V> {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  private final String cache;
  private final EntryStore<V> entries;
  private final LeasedEntries<V> leased;
  private final Loading<V> loading;
  private final CachePolicy<?, V> policy;
  private final LoadThreads threads;
  private final CacheRecorder recorder;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  Refreshes(
      String cache,
      EntryStore<V> entries,
      LeasedEntries<V> leased,
      Loading<V> loading,
      CachePolicy<?, V> policy,
      LoadThreads threads,
      CacheRecorder recorder) {
    this.cache = cache;
    this.entries = entries;
    this.leased = leased;
    this.loading = loading;
    this.policy = policy;
    this.threads = threads;
    this.recorder = recorder;
  }

  /** Returns whether who is served an entry should have it renewed. */
  boolean isDue(Cached<V> entry) {
    return entry.freshness() == Cached.Freshness.STALE || entry.isDueEarly(policy.earlyRefresh());
  }

  /**
   * Renews entries soon, in one go, save those that this instance is renewing already. If too many
   * refreshes wait, or a {@link WarmerThread} asks, it does nothing. Never blocks.
   *
   * @param due the entries as they were read
   * @param load returns the values of some of them, or of all
   * @param ttl how long a value is fresh
   */
  <E extends Exception> void begin(
      Map<EntryId, Cached<V>> due,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl) {
    if (Thread.currentThread() instanceof WarmerThread) {
      return;
    }
    Map<EntryId, Cached<V>> mine = new LinkedHashMap<>();
    due.forEach((id, entry) -> {
      if (underWay.add(id.name())) {
        mine.put(id, entry);
      }
    });
    if (mine.isEmpty()) {
      return;
    }
    boolean accepted = false;
    try {
      accepted = threads.refresh(() -> {
        try {
          refresh(mine, load, ttl);
        } finally {
          end(mine);
        }
      });
    } finally {
      if (!accepted) {
        end(mine);
      }
    }
  }

  private void end(Map<EntryId, Cached<V>> entries) {
    entries.keySet().forEach(id -> underWay.remove(id.name()));
  }

  private <E extends Exception> void refresh(
      Map<EntryId, Cached<V>> due,
      Function<List<EntryId>, Load<Map<EntryId, V>, E>> load,
      Function<? super V, Duration> ttl) {
    // While this waited for a thread, others may have renewed or outdated them.
    Found<V> found = entries.readAgain(due.keySet());
    List<EntryId> left = due.keySet().stream()
        .filter(id -> isStillDue(found.of(id), Objects.requireNonNull(due.get(id))))
        .toList();
    if (left.isEmpty()) {
      return;
    }
    List<Claim<V>> claims = leased.claimAll(left, found);
    LoadBatch<V> batch = new LoadBatch<>();
    for (int i = 0; i < left.size(); i++) {
      if (claims.get(i) instanceof Claim.Granted<V>) {
        batch.add(left.get(i), claims.get(i), new Flight<>(), null);
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      int renewed = loading.refresh(batch, load.apply(batch.ids()), ttl);
      for (int i = 0; i < renewed; i++) {
        recorder.refreshed();
      }
    } catch (Exception e) {
      // Counted and told as the failure of a load; the entries stay stale.
      log.debug("Entries of cache '{}' could not be refreshed", cache);
    }
  }

  private static boolean isStillDue(@Nullable Cached<?> now, Cached<?> read) {
    return now != null
        && (now.freshness() != Cached.Freshness.FRESH
            || now.freshUntilMillis() == read.freshUntilMillis());
  }
}
