package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisOperationException;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in Redis, as they are read, written and deleted. Whatever fails in Redis
 * is counted here, made up for as {@link Cache} promises, and goes no further.
 */
final class EntryStore<V> {

  /** Keys per command, and scripts sent before the first is awaited. */
  static final int BATCH = 500;

  private final EntryScan scan;
  private final WireFormat<V> format;
  private final CachePolicy<?, V> policy;
  private final EntryOverwriter<V> overwriter;
  private final RedisCommands redis;
  private final RedisCommands reading;
  private final CacheRecorder recorder;
  private final InvalidationJournal journal;

  EntryStore(
      EntryScan scan,
      WireFormat<V> format,
      CachePolicy<?, V> policy,
      RedisCommands redis,
      EntryOverwriter<V> overwriter,
      CacheRecorder recorder,
      InvalidationJournal journal) {
    this.scan = scan;
    this.format = format;
    this.policy = policy;
    this.redis = redis;
    this.reading = policy.fromReplicas() ? redis.onReplicas() : redis;
    this.overwriter = overwriter;
    this.recorder = recorder;
    this.journal = journal;
  }

  /** Reads entries and the epochs that they depend on, in one round trip. */
  Found<V> read(Collection<EntryId> ids) {
    return read(ids, id -> {});
  }

  /**
   * As {@link #read(Collection)}.
   *
   * @param arrived told of each entry that is there as soon as Redis has answered, long before its
   *     value is known perhaps: from then on it may be outdated
   */
  Found<V> read(Collection<EntryId> ids, Consumer<EntryId> arrived) {
    return read(ids, reading, arrived);
  }

  /** As {@link #read}, from no replica: it may not have yet what the master said is there. */
  Found<V> readAgain(Collection<EntryId> ids) {
    return readAgain(ids, id -> {});
  }

  /** As {@link #readAgain(Collection)}. */
  Found<V> readAgain(Collection<EntryId> ids, Consumer<EntryId> arrived) {
    return read(ids, redis, arrived);
  }

  private Found<V> read(Collection<EntryId> ids, RedisCommands source, Consumer<EntryId> arrived) {
    List<String> keys = new ArrayList<>(ids.size() + 1);
    ids.forEach(id -> keys.add(id.name()));
    List<String> epochKeys = Epochs.keysOf(ids);
    keys.addAll(epochKeys);
    List<Optional<byte[]>> values;
    try {
      if (!journal.replay()) {
        return Found.nothing(false);
      }
      values = recorder.timedRead("get", () -> mget(keys, source, ids, arrived));
    } catch (ForebayException e) {
      recorder.failed("get", e);
      return Found.nothing(e instanceof RedisOperationException);
    }
    Epochs epochs = Epochs.of(epochKeys, values.subList(ids.size(), values.size()));
    Map<String, Cached<V>> entries = new HashMap<>(ids.size() == 1 ? 1 : 2 * ids.size());
    Set<String> useless = Set.of();
    int position = 0;
    for (EntryId id : ids) {
      Optional<byte[]> bytes = values.get(position++);
      if (bytes.isEmpty()) {
        recorder.absent(id.name());
      } else {
        recorder.found(bytes.get().length);
        Cached<V> entry = decode(id, bytes.get(), epochs);
        if (entry == null) {
          useless = useless.isEmpty() ? new HashSet<>() : useless;
          useless.add(id.name());
        } else {
          entries.put(id.name(), entry);
        }
      }
    }
    return new Found<>(entries, useless, epochs, true, false);
  }

  private static List<Optional<byte[]>> mget(
      List<String> keys, RedisCommands source, Collection<EntryId> ids, Consumer<EntryId> arrived) {
    List<Reply<List<Optional<byte[]>>>> sent = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += BATCH) {
      sent.add(source.mget(keys.subList(from, Math.min(keys.size(), from + BATCH))));
    }
    Iterator<EntryId> asked = ids.iterator(); // the keys after them are of epochs
    List<List<Optional<byte[]>>> answers = new ArrayList<>(sent.size());
    for (Reply<List<Optional<byte[]>>> reply : sent) {
      List<Optional<byte[]>> answer = reply.await();
      for (int i = 0; i < answer.size() && asked.hasNext(); i++) {
        EntryId id = asked.next();
        if (answer.get(i).isPresent()) {
          arrived.accept(id);
        }
      }
      answers.add(answer);
    }
    return answers.size() == 1
        ? answers.get(0)
        : answers.stream().flatMap(List::stream).toList();
  }

  /** Returns the entry, or null if it can't be read, is not of these epochs, or is too old. */
  private @Nullable Cached<V> decode(EntryId id, byte[] bytes, Epochs epochs) {
    try {
      Envelope<V> envelope = format.read(id.name(), bytes);
      return envelope.meta().epochs().equals(epochs.of(id)) ? Cached.of(envelope, policy) : null;
    } catch (CodecException e) {
      recorder.unreadable(e);
      if (isOfNoUse(e)) {
        deleteNowOrLater(List.of(Deletion.of(id.name())));
      }
      return null;
    }
  }

  /** Whether no instance could read the entry. One with newer keys or a newer release may. */
  private static boolean isOfNoUse(CodecException failure) {
    return failure.reason() != CodecException.Reason.UNKNOWN_KEY
        && failure.reason() != CodecException.Reason.NEWER_RELEASE;
  }

  /**
   * Stores values over whatever there is; what cannot be stored is deleted, now or later.
   *
   * @throws RefusedValueException if one of them must not be stored, after all others were
   */
  void overwrite(Map<EntryId, V> values, Function<? super V, Duration> ttl) {
    List<RefusedValueException> refusals = new ArrayList<>();
    overwrite(values, ttl, refusals);
    if (!refusals.isEmpty()) {
      throw refusals.get(0);
    }
  }

  private void overwrite(
      Map<EntryId, V> values,
      Function<? super V, Duration> ttl,
      List<RefusedValueException> refusals) {
    try {
      // What is noted may be deleted by another thread meanwhile, and take these along. They are
      // not noted for that: if each write during a replay were, the journal would never be empty.
      journal.replay();
      EntryOverwriter.Outcome outcome =
          recorder.timed("put", () -> overwriter.overwrite(values, ttl, refusals));
      outcome.stored().forEach(recorder::put);
      if (!outcome.unwritable().isEmpty()) {
        deleteNowOrLater(Deletion.ofAll(outcome.unwritable()));
      }
    } catch (ForebayException e) {
      journal.add(values.keySet().stream().map(id -> Deletion.of(id.name())).toList());
      recorder.failed("put", e);
      if (e instanceof RedisOperationException) {
        // Refused, for want of memory say: the old value may still be deleted.
        replayJournal();
      }
    } catch (RuntimeException | Error e) {
      // Of what the application gave, ttlFrom say: whatever was sent, nothing may stay as it was.
      deleteNowOrLater(
          values.keySet().stream().map(id -> Deletion.of(id.name())).toList());
      throw e;
    }
  }

  /** Deletes entries, later if it cannot be now; returns how many existed. */
  long deleteNowOrLater(List<Deletion> deletions) {
    long deleted = 0;
    try {
      deleted = recorder.timed("delete", () -> invalidate(deletions));
    } catch (ForebayException e) {
      journal.add(deletions);
      recorder.failed("delete", e);
    }
    recorder.deleted(deleted);
    return deleted;
  }

  private long invalidate(List<Deletion> deletions) {
    deletions.forEach(deletion -> recorder.forgotten(deletion.name()));
    long deleted = 0;
    for (int from = 0; from < deletions.size(); from += BATCH) {
      deleted += scan.invalidate(deletions.subList(from, Math.min(deletions.size(), from + BATCH)));
    }
    return deleted;
  }

  /** Outdates all entries of some epochs, later where it cannot be now. One round trip. */
  void renewNowOrLater(Collection<String> epochs) {
    try {
      journal.renew(epochs);
    } catch (ForebayException e) {
      recorder.failed("clear", e);
    }
  }

  /** Returns names that match, up to {@code limit}; those found so far if Redis fails. */
  Set<String> findMatching(String pattern, int limit) {
    Set<String> found = new LinkedHashSet<>();
    try {
      scan.forEachPage(pattern, names -> {
        names.stream().limit(limit - found.size()).forEach(found::add);
        return found.size() < limit;
      });
    } catch (ForebayException e) {
      recorder.failed("find", e);
    }
    return found;
  }

  /**
   * Deletes entries that match; outdates all entries if some may have been missed, later if Redis
   * fails. Returns how many were deleted.
   */
  long deleteMatching(String pattern, LongConsumer progress) {
    AtomicLong deleted = new AtomicLong();
    try {
      boolean all = scan.deleteMatching(pattern, soFar -> {
        deleted.set(soFar);
        progress.accept(soFar);
      });
      if (!all) {
        journal.renewAll();
      }
    } catch (ForebayException e) {
      journal.addAll();
      recorder.failed("delete", e);
    }
    recorder.deleted(deleted.get());
    return deleted.get();
  }

  /** Deletes what is noted in the journal, as far as Redis lets. */
  private void replayJournal() {
    try {
      journal.replay();
    } catch (ForebayException e) {
      recorder.failed("delete", e);
    }
  }
}
