package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The {@link Cache} whose entries are in Redis, and whose reads under way are {@link SharedReads}. */
final class RedisCache<K, V> implements Cache<K, V> {

  private final String name;
  private final CacheKeys<K> keys;
  private final CachePolicy<K, V> policy;
  private final EntryStore<V> entries;
  private final EntryLifetimes<V> lifetimes;
  private final LeasedEntries<V> leased;
  private final SharedReads<K, V> reads;
  private final CacheRecorder recorder;
  /** Made once, not for each read. */
  private final Function<V, Duration> usualTtl = this::usualTtlOf;

  private volatile Duration ttl;

  RedisCache(
      String name,
      CacheKeys<K> keys,
      CachePolicy<K, V> policy,
      EntryStore<V> entries,
      EntryLifetimes<V> lifetimes,
      LeasedEntries<V> leased,
      SharedReads<K, V> reads,
      CacheRecorder recorder) {
    this.name = name;
    this.keys = keys;
    this.policy = policy;
    this.entries = entries;
    this.lifetimes = lifetimes;
    this.leased = leased;
    this.reads = reads;
    this.recorder = recorder;
    this.ttl = policy.ttl();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<V> get(K key) {
    EntryId id = idOf(key);
    recorder.asked(id.name());
    Optional<V> value = served(entries.read(List.of(id)), id);
    if (value.isPresent()) {
      recorder.hits(1);
    } else {
      recorder.misses(1);
    }
    return value;
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> wanted) {
    Map<K, EntryId> ids = idsOf(wanted);
    if (ids.isEmpty()) {
      return Map.of();
    }
    ids.values().forEach(id -> recorder.asked(id.name()));
    Found<V> found = entries.read(ids.values());
    Map<K, V> values = new LinkedHashMap<>();
    ids.forEach((key, id) -> served(found, id).ifPresent(value -> values.put(key, value)));
    recorder.hits(values.size());
    recorder.misses(ids.size() - values.size());
    return values;
  }

  private Optional<V> served(Found<V> found, EntryId id) {
    Cached<V> usable = found.usable(id);
    if (usable == null) {
      return Optional.empty();
    }
    recorder.served(usable);
    return Optional.of(usable.value());
  }

  @Override
  public <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader)
      throws E {
    Objects.requireNonNull(loader, "loader");
    return reads.getOrLoad(key, idOf(key), loader, usualTtl);
  }

  @Override
  public <E extends Exception> V getOrLoad(
      K key, Loader<? super K, ? extends V, E> loader, Duration ttl) throws E {
    CacheBuilder.requireTtl(ttl);
    Objects.requireNonNull(loader, "loader");
    return reads.getOrLoad(key, idOf(key), loader, value -> ttl);
  }

  @Override
  public <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> wanted, BatchLoader<K, ? extends V, E> loader) throws E {
    Objects.requireNonNull(loader, "loader");
    return reads.getAllOrLoad(idsOf(wanted), loader, usualTtl);
  }

  @Override
  public void put(K key, V value) {
    overwrite(Map.of(idOf(key), keys.requireValue(value)), usualTtl);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    overwrite(Map.of(idOf(key), keys.requireValue(value)), same -> ttl);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    Map<EntryId, V> byId = new LinkedHashMap<>();
    values.forEach((key, value) -> byId.put(idOf(key), keys.requireValue(value)));
    if (!byId.isEmpty()) {
      overwrite(byId, usualTtl);
    }
  }

  @Override
  public <E extends Exception> void writeThrough(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    keys.requireValue(value);
    EntryId id = idOf(key);
    Block block = leased.block(List.of(id)).get(0);
    boolean cached = false;
    try {
      writer.write(key, value);
      reads.invalidate(List.of(id.name()));
      cached = leased.fillBlocked(block, value, usualTtl);
    } finally {
      if (cached) {
        reads.invalidate(List.of(id.name()));
        recorder.invalidated(keys, List.of(id.name()));
      } else {
        delete(List.of(block.end()));
      }
    }
  }

  @Override
  public <E extends Exception> void writeAround(
      K key, V value, Writer<? super K, ? super V, E> writer) throws E {
    keys.requireValue(value);
    PendingInvalidation pending = beginInvalidation(Collections.singletonList(key));
    try {
      writer.write(key, value);
    } finally {
      pending.close();
    }
  }

  @Override
  public PendingInvalidation beginInvalidation(Collection<? extends K> changing) {
    Map<K, EntryId> ids = idsOf(changing);
    List<String> names = ids.values().stream().map(EntryId::name).toList();
    reads.invalidate(names);
    List<Deletion> ends = names.isEmpty()
        ? List.of()
        : leased.block(ids.values()).stream().map(Block::end).toList();
    return () -> delete(ends);
  }

  @Override
  public boolean delete(K key) {
    return delete(List.of(Deletion.of(keys.nameOf(key)))) > 0;
  }

  @Override
  public long deleteAll(Collection<? extends K> unwanted) {
    return delete(Deletion.ofAll(keys.namesOf(unwanted).values()));
  }

  @Override
  public void deleteTagged(Collection<String> tags) {
    Map<String, Invalidation> outdated = new LinkedHashMap<>();
    tags.forEach(tag -> outdated.put(keys.epochOf(tag), new Invalidation.ByTag(tag)));
    if (!outdated.isEmpty()) {
      renew(outdated);
    }
  }

  @Override
  public void clear() {
    renew(Map.of(keys.epoch(), new Invalidation.All()));
  }

  @Override
  public Set<String> findMatching(String pattern, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be >= 1, was " + limit);
    }
    Set<String> found = new LinkedHashSet<>();
    for (String entry : entries.findMatching(keys.patternOf(pattern), limit)) {
      found.add(keys.withoutPrefix(entry));
    }
    return found;
  }

  @Override
  public long deleteMatching(String pattern, LongConsumer progress) {
    Objects.requireNonNull(progress, "progress");
    String entriesPattern = keys.patternOf(pattern);
    reads.invalidateAll();
    long deleted = entries.deleteMatching(entriesPattern, progress);
    reads.invalidateAll();
    recorder.invalidated(new Invalidation.ByPattern(pattern), deleted);
    return deleted;
  }

  @Override
  public boolean exists(K key) {
    return lifetimes.exists(idOf(key));
  }

  @Override
  public Optional<Duration> ttl(K key) {
    return lifetimes.ttl(idOf(key));
  }

  @Override
  public boolean expire(K key, Duration ttl) {
    CacheBuilder.requireTtl(ttl);
    return lifetimes.expire(idOf(key), ttl);
  }

  @Override
  public void setTtl(Duration ttl) {
    this.ttl = CacheBuilder.requireTtl(ttl);
  }

  @Override
  public CacheStatistics statistics() {
    return recorder.statistics();
  }

  private Duration usualTtlOf(V value) {
    return policy.ttlOf(value, ttl);
  }

  private void overwrite(Map<EntryId, V> values, Function<? super V, Duration> ttl) {
    List<String> names = values.keySet().stream().map(EntryId::name).toList();
    reads.invalidate(names);
    try {
      entries.overwrite(values, ttl);
    } finally {
      // Again: a read that took off before the command was sent may have seen the old value.
      reads.invalidate(names);
      recorder.invalidated(keys, names);
    }
  }

  private long delete(List<Deletion> deletions) {
    if (deletions.isEmpty()) {
      return 0;
    }
    List<String> names = deletions.stream().map(Deletion::name).toList();
    reads.invalidate(names);
    long deleted = entries.deleteNowOrLater(deletions);
    reads.invalidate(names);
    recorder.invalidated(keys, names);
    return deleted;
  }

  private void renew(Map<String, Invalidation> byEpoch) {
    reads.invalidateAll();
    entries.renewNowOrLater(byEpoch.keySet());
    reads.invalidateAll();
    byEpoch.values().forEach(what -> recorder.invalidated(what, 0));
  }

  private EntryId idOf(K key) {
    return keys.idOf(key, policy.tags());
  }

  private Map<K, EntryId> idsOf(Collection<? extends K> wanted) {
    Map<K, EntryId> ids = new LinkedHashMap<>();
    for (K key : wanted) {
      if (!ids.containsKey(key)) {
        ids.put(key, idOf(key));
      }
    }
    return ids;
  }

  /** Returns what a loader returned, or tells that it is null. */
  static <T> T requireLoaded(@Nullable T loaded, String cache, String what) {
    if (loaded == null) {
      throw new NullPointerException(
          "The loader of cache '%s' returned null for '%s'. Throw what the caller should see, or cache an Optional by JsonCodec.optionalOf; a batch leaves out keys without a value."
              .formatted(cache, what));
    }
    return loaded;
  }

  /** Returns those of {@code values} that were asked for, in the order of the asking. */
  static <K, V> Map<K, V> inOrderOf(Collection<K> asked, Map<K, ? extends V> values) {
    Map<K, V> ordered = new LinkedHashMap<>();
    for (K key : asked) {
      V value = values.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    return ordered;
  }
}
