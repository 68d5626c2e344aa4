package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final CacheKeys<?> keys;
  private final EntryScan scan;
  private final RedisCommands redis;
  private final ConcurrentMap<String, Long> names = new ConcurrentHashMap<>();
  private final AtomicInteger noted = new AtomicInteger();
  private final AtomicLong sequence = new AtomicLong();
  private final ReentrantLock replaying = new ReentrantLock();

  /** How often all entries had to be deleted, and up to which time they were. */
  private final AtomicLong overflows = new AtomicLong();

  private volatile long overflowsReplayed;

  InvalidationJournal(String cache, CacheKeys<?> keys, EntryScan scan, RedisCommands redis) {
    this.cache = cache;
    this.keys = keys;
    this.scan = scan;
    this.redis = redis;
  }

  void add(Collection<String> invalidated) {
    for (String name : invalidated) {
      if (noted.get() >= CAPACITY) {
        addAll();
        return;
      }
      if (names.put(name, sequence.incrementAndGet()) == null) {
        noted.incrementAndGet();
      }
    }
  }

  /** Notes that all entries of the cache must be deleted. */
  void addAll() {
    overflows.incrementAndGet();
  }

  boolean isEmpty() {
    // Not names.isEmpty(): that may be true for a moment after another thread's put returned.
    return noted.get() == 0 && overflows.get() == overflowsReplayed;
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
      long overflow = overflows.get();
      if (overflow != overflowsReplayed) {
        deleteEverything();
        // Only now may Redis be read; what overflowed meanwhile has a higher number.
        overflowsReplayed = overflow;
      }
      int deleted = 0;
      List<Map.Entry<String, Long>> pending = List.copyOf(names.entrySet());
      for (int from = 0; from < pending.size(); from += BATCH) {
        List<Map.Entry<String, Long>> batch =
            pending.subList(from, Math.min(pending.size(), from + BATCH));
        redis.unlink(batch.stream().map(Map.Entry::getKey).toList()).await();
        // By number: a name that was noted again meanwhile stays.
        for (Map.Entry<String, Long> entry : batch) {
          if (names.remove(entry.getKey(), entry.getValue())) {
            noted.decrementAndGet();
          }
        }
        deleted += batch.size();
      }
      if (deleted > 0) {
        log.atInfo()
            .addKeyValue("event", "late-invalidation")
            .addKeyValue("cache", cache)
            .addKeyValue("count", deleted)
            .log(
                "Cache '{}' deleted {} entries that could not be deleted before; it reads from Redis again",
                cache,
                deleted);
      }
      return isEmpty();
    } finally {
      replaying.unlock();
    }
  }

  private void deleteEverything() {
    scan.deleteMatching(keys.pattern(), deleted -> {});
    log.atWarn()
        .addKeyValue("event", "late-invalidation")
        .addKeyValue("cache", cache)
        .log(
            "Cache '{}' deleted all its entries, as more than {} or a pattern could not be deleted before",
            cache,
            CAPACITY);
  }
}
