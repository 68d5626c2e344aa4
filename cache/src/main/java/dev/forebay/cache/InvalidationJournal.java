package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries that had to be deleted while Redis could not be reached. They are deleted before this
 * cache reads from Redis again, or it would serve what its own application has changed meanwhile.
 * Bounded: past {@link #CAPACITY} names, all entries of the cache are deleted instead.
 */
final class InvalidationJournal {

  static final int CAPACITY = 100_000;

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final int BATCH = 1_000;

  private final String cache;
  private final String pattern;
  private final RedisCommands redis;
  private final ConcurrentMap<String, Long> names = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private final ReentrantLock replaying = new ReentrantLock();
  private volatile boolean overflowed;

  InvalidationJournal(String cache, String pattern, RedisCommands redis) {
    this.cache = cache;
    this.pattern = pattern;
    this.redis = redis;
  }

  void add(Collection<String> invalidated) {
    for (String name : invalidated) {
      if (names.size() >= CAPACITY) {
        overflowed = true;
        return;
      }
      names.put(name, sequence.incrementAndGet());
    }
  }

  /** Notes that all entries of the cache must be deleted. */
  void addAll() {
    overflowed = true;
  }

  boolean isEmpty() {
    return names.isEmpty() && !overflowed;
  }

  /**
   * Deletes in Redis what is noted here. Blocks for the round trips; returns at once while another
   * thread is at it.
   *
   * @return whether the journal is empty now, and Redis may be read
   * @throws dev.forebay.redis.ForebayException if Redis fails; what is left stays noted
   */
  boolean replay() {
    if (isEmpty()) {
      return true;
    }
    if (!replaying.tryLock()) {
      return false;
    }
    try {
      if (overflowed) {
        // Cleared first: an invalidation that comes while the scan runs sets it again.
        overflowed = false;
        deleteEverything();
      }
      int deleted = 0;
      List<Map.Entry<String, Long>> noted = List.copyOf(names.entrySet());
      for (int from = 0; from < noted.size(); from += BATCH) {
        List<Map.Entry<String, Long>> batch =
            noted.subList(from, Math.min(noted.size(), from + BATCH));
        redis.unlink(batch.stream().map(Map.Entry::getKey).toList()).await();
        // By number: a name that was noted again meanwhile stays.
        batch.forEach(entry -> names.remove(entry.getKey(), entry.getValue()));
        deleted += batch.size();
      }
      log.info(
          "Cache '{}' deleted {} entries that changed while Redis was away; it reads from Redis again",
          cache,
          deleted);
      return isEmpty();
    } finally {
      replaying.unlock();
    }
  }

  private void deleteEverything() {
    try {
      redis.scan(pattern, EntryStore.SCAN_PAGE, page -> redis.unlink(page).await() >= 0);
    } catch (RuntimeException e) {
      overflowed = true;
      throw e;
    }
    log.warn(
        "Cache '{}' deleted all its entries: more than {} changed while Redis was away",
        cache,
        CAPACITY);
  }
}
