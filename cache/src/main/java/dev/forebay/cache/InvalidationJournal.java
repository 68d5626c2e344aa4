package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisOperationException;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What had to be deleted or outdated while Redis could not be reached. It is made up for before this
 * cache reads from Redis again, or it would serve what its own application has changed meanwhile.
 * Bounded: past {@link #CAPACITY} deletions or epochs, all entries of the cache are outdated instead.
 */
final class InvalidationJournal {

  static final int CAPACITY = 100_000;

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final int BATCH = 1_000;

  private final String cache;
  private final CacheKeys<?> keys;
  private final EntryScan scan;
  private final RedisCommands redis;
  private final ConcurrentMap<Deletion, Long> deletions = new ConcurrentHashMap<>();
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
  void add(Collection<Deletion> owed) {
    owed.forEach(deletion -> note(deletions, deletion));
  }

  /** Notes that all entries of the cache must be outdated. */
  void addAll() {
    if (epochs.put(keys.epoch(), sequence.incrementAndGet()) == null) {
      noted.incrementAndGet();
    }
  }

  private <T> void note(ConcurrentMap<T, Long> what, T key) {
    if (noted.get() >= CAPACITY) {
      addAll();
    } else if (what.put(key, sequence.incrementAndGet()) == null) {
      noted.incrementAndGet();
    }
  }

  boolean isEmpty() {
    // Not deletions.isEmpty(): that may be true for a moment after another thread's put returned.
    return noted.get() == 0;
  }

  /**
   * Outdates all entries of the cache, whatever is noted. Round trips as {@link #renew}.
   *
   * @throws ForebayException if Redis fails; it is noted then
   */
  void renewAll() {
    renew(List.of(keys.epoch()));
  }

  /**
   * Outdates all entries of some epochs, whatever is noted. One round trip, two if Redis refuses.
   *
   * @throws ForebayException if Redis fails; of which epochs it did not say that they are renewed,
   *     those are noted
   */
  void renew(Collection<String> outdated) {
    Set<String> left = new LinkedHashSet<>(outdated);
    try {
      renew(List.copyOf(left), left::remove);
    } finally {
      left.forEach(epoch -> note(epochs, epoch));
    }
  }

  /**
   * Renews epochs, all of a batch sent before the first reply is awaited. One that Redis refuses to
   * renew, for want of memory say, is deleted: the same entries are misses then, and for good.
   *
   * @param renewed told of each that is renewed or deleted
   * @throws ForebayException if Redis fails; others may be renewed
   */
  private void renew(List<String> outdated, Consumer<String> renewed) {
    List<RedisOperationException> refusals = new ArrayList<>();
    for (int from = 0; from < outdated.size(); from += BATCH) {
      List<String> batch = outdated.subList(from, Math.min(outdated.size(), from + BATCH));
      Map<String, RedisOperationException> refused = sendAll(
          batch,
          epoch -> redis.set(epoch, Epochs.fresh().getBytes(StandardCharsets.UTF_8), Epochs.TTL),
          renewed);
      refusals.addAll(sendAll(refused.keySet(), epoch -> redis.unlink(List.of(epoch)), renewed)
          .values());
    }
    if (!refusals.isEmpty()) {
      throw refusals.get(0);
    }
  }

  /**
   * Sends a command for each epoch, all before the first reply is awaited.
   *
   * @param done told of each that Redis carried out
   * @return why it refused the others
   * @throws ForebayException if Redis does not answer; others may be carried out
   */
  private static <T> Map<String, RedisOperationException> sendAll(
      Collection<String> epochs, Function<String, Reply<T>> command, Consumer<String> done) {
    Map<String, Reply<T>> replies = new LinkedHashMap<>();
    epochs.forEach(epoch -> replies.put(epoch, command.apply(epoch)));
    Map<String, RedisOperationException> refused = new LinkedHashMap<>();
    ForebayException failure = null;
    for (Map.Entry<String, Reply<T>> sent : replies.entrySet()) {
      try {
        var unused = sent.getValue().await();
        done.accept(sent.getKey());
      } catch (RedisOperationException e) {
        refused.put(sent.getKey(), e);
      } catch (ForebayException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return refused;
  }

  /**
   * Deletes and outdates in Redis what is noted here. Blocks for the round trips; returns at once
   * while another thread is at it, and fails at once, however much is noted, while Redis is away.
   *
   * @return whether the journal is empty now, and Redis may be read
   * @throws ForebayException if Redis fails; what is left stays noted
   */
  boolean replay() {
    if (isEmpty()) {
      return true;
    }
    if (!replaying.tryLock()) {
      return false;
    }
    try {
      redis.requireConnection();
      try {
        renewNoted();
      } catch (RedisOperationException e) {
        deleteNoted(); // which it may allow
        throw e;
      }
      deleteNoted();
      return isEmpty();
    } finally {
      replaying.unlock();
    }
  }

  private void renewNoted() {
    Map<String, Long> outdated = Map.copyOf(epochs);
    Set<String> renewed = new HashSet<>();
    try {
      renew(List.copyOf(outdated.keySet()), epoch -> {
        forget(epochs, epoch, Objects.requireNonNull(outdated.get(epoch)));
        renewed.add(epoch);
      });
    } finally {
      if (renewed.contains(keys.epoch())) {
        late(log.atWarn())
            .log("Cache '{}' outdated all its entries, which could not be done before", cache);
      } else if (!renewed.isEmpty()) {
        late(log.atInfo())
            .addKeyValue("tags", renewed.size())
            .log(
                "Cache '{}' outdated the entries of {} tags, which could not be done before",
                cache,
                renewed.size());
      }
    }
  }

  private void deleteNoted() {
    int deleted = 0;
    List<Map.Entry<Deletion, Long>> pending = List.copyOf(deletions.entrySet());
    for (int from = 0; from < pending.size(); from += BATCH) {
      List<Map.Entry<Deletion, Long>> batch =
          pending.subList(from, Math.min(pending.size(), from + BATCH));
      scan.invalidate(batch.stream().map(Map.Entry::getKey).toList());
      batch.forEach(owed -> forget(deletions, owed.getKey(), owed.getValue()));
      deleted += batch.size();
    }
    if (deleted > 0) {
      late(log.atInfo())
          .addKeyValue("count", deleted)
          .log("Cache '{}' deleted {} entries that could not be deleted before", cache, deleted);
    }
  }

  private LoggingEventBuilder late(LoggingEventBuilder builder) {
    return builder.addKeyValue("event", "late-invalidation").addKeyValue("cache", cache);
  }

  /** By number: what was noted again meanwhile stays. */
  private <T> void forget(ConcurrentMap<T, Long> what, T key, long number) {
    if (what.remove(key, number)) {
      noted.decrementAndGet();
    }
  }
}
