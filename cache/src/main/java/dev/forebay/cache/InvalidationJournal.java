package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import java.nio.charset.StandardCharsets;
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
 * What had to be deleted or outdated while Redis could not be reached. It is made up for before this
 * cache reads from Redis again, or it would serve what its own application has changed meanwhile.
 * Bounded: past {@link #CAPACITY} names or epochs, all entries of the cache are outdated instead.
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
  private final ConcurrentMap<String, Long> epochs = new ConcurrentHashMap<>();
  private final AtomicInteger noted = new AtomicInteger();
  private final AtomicLong sequence = new AtomicLong();
  private final ReentrantLock replaying = new ReentrantLock();

  InvalidationJournal(String cache, CacheKeys<?> keys, EntryScan scan, RedisCommands redis) {
    this.cache = cache;
    this.keys = keys;
    this.scan = scan;
    this.redis = redis;
  }

  /** Notes entries that must be deleted. */
  void add(Collection<String> invalidated) {
    invalidated.forEach(name -> note(names, name));
  }

  /** Notes an epoch that must be renewed. */
  void addEpoch(String epoch) {
    note(epochs, epoch);
  }

  /** Notes that all entries of the cache must be outdated. */
  void addAll() {
    if (epochs.put(keys.epoch(), sequence.incrementAndGet()) == null) {
      noted.incrementAndGet();
    }
  }

  private void note(ConcurrentMap<String, Long> what, String key) {
    if (noted.get() >= CAPACITY) {
      addAll();
    } else if (what.put(key, sequence.incrementAndGet()) == null) {
      noted.incrementAndGet();
    }
  }

  boolean isEmpty() {
    // Not names.isEmpty(): that may be true for a moment after another thread's put returned.
    return noted.get() == 0;
  }

  /**
   * Outdates all entries of an epoch, whatever is noted. One round trip.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  void renew(String epoch) {
    var unused = redis
        .set(epoch, Epochs.fresh().getBytes(StandardCharsets.UTF_8), Epochs.TTL)
        .await();
  }

  /**
   * Deletes and outdates in Redis what is noted here. Blocks for the round trips; returns at once while another
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
      for (Map.Entry<String, Long> epoch : List.copyOf(epochs.entrySet())) {
        renew(epoch.getKey());
        forget(epochs, epoch);
        log.atWarn()
            .addKeyValue("event", "late-invalidation")
            .addKeyValue("cache", cache)
            .log(
                "Cache '{}' outdated its entries, or those of a tag, which could not be done before",
                cache);
      }
      int deleted = 0;
      List<Map.Entry<String, Long>> pending = List.copyOf(names.entrySet());
      for (int from = 0; from < pending.size(); from += BATCH) {
        List<Map.Entry<String, Long>> batch =
            pending.subList(from, Math.min(pending.size(), from + BATCH));
        scan.invalidate(batch.stream().map(Map.Entry::getKey).toList());
        batch.forEach(name -> forget(names, name));
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

  /** By number: what was noted again meanwhile stays. */
  private void forget(ConcurrentMap<String, Long> what, Map.Entry<String, Long> done) {
    if (what.remove(done.getKey(), done.getValue())) {
      noted.decrementAndGet();
    }
  }
}
