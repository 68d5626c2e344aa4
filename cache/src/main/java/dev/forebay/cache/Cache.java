package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A read-through cache on Redis, shared by every instance of the application.
 *
 * <p><b>Failures.</b> No method lets a failure of Redis reach its caller: reads go to the loader or
 * come back empty, writes are dropped, and each failure is counted. An entry that could not be
 * deleted or overwritten is remembered and deleted before this cache reads from Redis again. The
 * loader's own failures reach the caller unchanged.
 *
 * <p><b>Values</b> should be immutable: callers that wait for one load all get the same object.
 *
 * <p>Methods block for the round trips they name, and for the loader. Safe for concurrent use, from
 * virtual threads too. Null is refused everywhere by a {@link NullPointerException}, a key or tag
 * whose name would be longer than 4,096 bytes by an {@link IllegalArgumentException}; both say what
 * to do.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Cache<K, V> {

  /** Returns the name by which statistics and logs know this cache. */
  String name();

  /** Returns the value, or empty if there is none. One round trip. */
  Optional<V> get(K key);

  /** Returns the values of those keys that have one. One round trip, none for no keys. */
  Map<K, V> getAll(Collection<? extends K> keys);

  /**
   * Returns the cached value, or loads and caches it. Callers of this instance that ask for one key
   * at the same time share one round trip and one load. One round trip for a hit, three for a load.
   *
   * <p>A value whose key is deleted or put while it is loaded is returned, but not cached; so is one
   * that this cache must not hold, see {@link RefusedValueException}, and one whose load takes longer
   * than {@link CacheBuilder#leaseTime}.
   *
   * <p>Waiting for another caller's load cannot be interrupted. It is bounded by {@link
   * CacheBuilder#loadTimeout}; where that is not set, a caller loads for itself in the end, after 30
   * seconds, or after {@link CacheBuilder#leaseTime} and 3 seconds if that is longer: bound the loader.
   * Loaders that wait for each other's keys wait as long. Who is interrupted is served without Redis,
   * and keeps that to himself.
   *
   * @throws E if the loader does; every caller that shared the load gets the same exception, also one
   *     whose own loader could not throw it, so give the loaders of one cache the same exceptions
   * @throws LoadTimeoutException if it takes longer than {@link CacheBuilder#loadTimeout} allows, or if
   *     that is set and the caller is interrupted while it waits for its loader
   * @throws IllegalStateException if the loader asks this cache for the key that it is loading
   */
  <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader) throws E;

  /** As {@link #getOrLoad(Object, Loader)}, with a time to live for this value. */
  <E extends Exception> V getOrLoad(K key, Loader<? super K, ? extends V, E> loader, Duration ttl)
      throws E;

  /**
   * Returns the cached values and loads the rest in one call of the loader. One round trip for
   * hits, two more to be the one who loads and to cache what was loaded. Keys that the loader
   * leaves out are absent. The result has the order of {@code keys}. Entries are served stale,
   * refreshed and waited for as by {@link #getOrLoad(Object, Loader)}; expired ones are returned
   * where the loader fails if there is one of each key that it was to load, as a key that is
   * missing would look absent.
   *
   * @throws E if the loader does
   * @throws LoadTimeoutException if it takes longer than {@link CacheBuilder#loadTimeout} allows
   */
  <E extends Exception> Map<K, V> getAllOrLoad(
      Collection<? extends K> keys, BatchLoader<K, ? extends V, E> loader) throws E;

  /**
   * Caches a value for the cache's time to live. One round trip. While the source of the entry is
   * being changed, by {@link #writeThrough}, {@link #writeAround} or {@link #beginInvalidation} of
   * whichever instance, the entry is deleted instead.
   *
   * @throws RefusedValueException if this cache must not hold it; there is no entry for the key then
   */
  void put(K key, V value);

  /**
   * Caches a value for a time to live of its own. One round trip.
   *
   * @throws RefusedValueException if this cache must not hold it; there is no entry for the key then
   */
  void put(K key, V value, Duration ttl);

  /**
   * Caches values, each for the time to live of {@link #put(Object, Object)}. One round trip, none for
   * no values.
   *
   * @throws RefusedValueException if this cache must not hold one of them; the others are cached
   */
  void putAll(Map<? extends K, ? extends V> values);

  /**
   * Writes a value to the source, then caches it: write-through. While the source is being written,
   * nothing that is loaded is cached; so if the process dies meanwhile, no outdated entry remains. If
   * others write or delete the same key at the same time, or this cache must not hold the value, it
   * is deleted instead. Three round trips, four if it is deleted.
   *
   * @throws E if the writer does; the entry is deleted then, as the source may have changed
   */
  <E extends Exception> void writeThrough(K key, V value, Writer<? super K, ? super V, E> writer)
      throws E;

  /**
   * Writes a value to the source, and deletes the entry before and after: write-around, or write and
   * invalidate. As {@link #writeThrough}, but the next read loads the value.
   *
   * @throws E if the writer does; the entry is deleted then, as the source may have changed
   */
  <E extends Exception> void writeAround(K key, V value, Writer<? super K, ? super V, E> writer)
      throws E;

  /**
   * Begins to invalidate entries whose source is about to change, by a transaction say: deletes them,
   * and keeps what is loaded from being cached until the {@linkplain PendingInvalidation#close end},
   * for 30 seconds at most. So if the process dies between the commit and the end, no outdated entry
   * remains. Others may do the same to the same entries meanwhile; each ends its own. Two round trips.
   *
   * <pre>{@code
   * try (PendingInvalidation pending = items.beginInvalidation(List.of(id))) {
   *   transaction.execute(...);
   * }
   * }</pre>
   */
  PendingInvalidation beginInvalidation(Collection<? extends K> keys);

  /**
   * Deletes an entry. One round trip. Call it after the change of the source is committed.
   *
   * @return whether it existed; false if Redis could not be asked
   */
  boolean delete(K key);

  /**
   * Deletes entries. One round trip, none for no keys.
   *
   * @return how many existed; 0 if Redis could not be asked
   */
  long deleteAll(Collection<? extends K> keys);

  /** As {@link #deleteTagged(Collection)}, for one tag. */
  default void deleteTagged(String tag) {
    deleteTagged(Collections.singletonList(tag));
  }

  /**
   * Outdates all entries that have any of some tags, at once, however many they are. One round trip,
   * none for no tags, and for each tag no more work for the server than for one entry. What is
   * outdated is a miss from then on, and goes when its time to live ends. Listeners are told of each
   * tag. Tags that Redis could not be told of are noted, and outdated before this cache reads from
   * Redis again.
   *
   * @param tags such as {@link CacheBuilder#tags} gives for some key
   */
  void deleteTagged(Collection<String> tags);

  /**
   * Outdates all entries of this cache, at once, however many they are. One round trip, as for a
   * {@linkplain #deleteTagged(String) tag}.
   */
  void clear();

  /**
   * Finds entries by a glob pattern over their names, without ever blocking the server: {@code
   * "items:books:*"} for keys of {@code "items:{category}:{page}"}. In the pattern {@code *} stands
   * for any text, {@code ?} for one character and {@code [ab]} for one of several; the text of keys
   * is escaped as in their names. About one round trip for each 1,000 keys of the database.
   *
   * @param pattern begins with what all names of this cache begin with, {@code "items:"}
   * @param limit from 1 on; the search ends when as many are found
   * @return names without the application's prefix, each once, in no order; what was found so far
   *     if Redis fails meanwhile; not all if slots of a cluster move meanwhile
   * @throws IllegalArgumentException if {@code pattern} could match what is not of this cache
   */
  Set<String> findMatching(String pattern, int limit);

  /** As {@link #deleteMatching(String, LongConsumer)}, without telling the progress. */
  default long deleteMatching(String pattern) {
    return deleteMatching(pattern, deleted -> {});
  }

  /**
   * Deletes the entries whose names match a glob pattern, in batches, without ever blocking the
   * server. Entries that are written meanwhile may or may not be deleted; a load that is under way
   * in this instance is not cached. If Redis cannot be reached, all entries of this cache are
   * deleted later, before it is read again; if slots of a cluster move meanwhile, which may hide
   * entries, all are outdated at once.
   *
   * @param pattern as for {@link #findMatching}
   * @param progress told after each batch how many were deleted so far
   * @return how many were deleted
   * @throws IllegalArgumentException if {@code pattern} could match what is not of this cache
   */
  long deleteMatching(String pattern, LongConsumer progress);

  /**
   * Returns whether there is an entry that {@link #get} would return; false if Redis could not be
   * asked. Counts as no read. One round trip, which brings the value along.
   */
  boolean exists(K key);

  /**
   * Returns the time that an entry has left to live, to the millisecond: zero for one that is served
   * although it is {@linkplain CacheBuilder#serveStaleFor stale}, empty if {@link #get} would find
   * none, or Redis could not be asked. One round trip, which brings the value along.
   */
  Optional<Duration> ttl(K key);

  /**
   * Sets the time that an entry has left to live, a stale one's too; what the cache {@linkplain
   * CacheBuilder#serveStaleFor serves stale} is kept after that as ever. Two round trips, of which
   * the first brings the value along, and the second takes it back where entries may become stale.
   *
   * @param ttl from 1 ms to 366 days
   * @return whether there is an entry; false if {@link #get} would find none, if Redis could not be
   *     asked, or if somebody else wrote or deleted the entry at the same time
   */
  boolean expire(K key, Duration ttl);

  /**
   * Changes the time to live of what this instance stores from now on, where no other is given.
   *
   * @param ttl from 1 ms to 366 days
   */
  void setTtl(Duration ttl);

  /**
   * Returns a view of this cache that refuses to write: those methods throw {@link
   * UnsupportedOperationException}. {@code getOrLoad} and {@code getAllOrLoad} read and, where there
   * is nothing, load, but cache nothing and share no load with other callers. No round trip.
   */
  default Cache<K, V> readOnly() {
    return new ReadOnlyCache<>(this);
  }

  /** Returns the counts of this instance since it started. No round trip. */
  CacheStatistics statistics();
}
