package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisOperationException;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.RedisCommands.Entry;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in Redis, by name: a string each. Whatever fails in Redis is counted
 * here, made up for as {@link Cache} promises, and goes no further.
 */
final class EntryStore<V> {

  /** Keys per command: Redis serves nobody else while it carries one out. */
  static final int BATCH = 500;

  private final EntryScan scan;
  private final WireFormat<V> format;
  private final double ttlJitter;
  private final RedisCommands redis;
  private final RedisCommands reading;
  private final CacheRecorder recorder;
  private final InvalidationJournal journal;

  EntryStore(
      EntryScan scan,
      WireFormat<V> format,
      CachePolicy policy,
      RedisCommands redis,
      CacheRecorder recorder,
      InvalidationJournal journal) {
    this.scan = scan;
    this.format = format;
    this.ttlJitter = policy.ttlJitter();
    this.redis = redis;
    this.reading = policy.fromReplicas() ? redis.onReplicas() : redis;
    this.recorder = recorder;
    this.journal = journal;
  }

  Found<V> read(String name) {
    return find(List.of(name), () -> {
      Reply<Optional<byte[]>> reply = reading.get(name);
      return () -> List.of(reply.await());
    });
  }

  Found<V> readAll(List<String> names) {
    return find(
        names,
        () -> together(
            names, reading::mget, lists -> lists.stream().flatMap(List::stream).toList()));
  }

  boolean exists(String name) {
    return ask("exists", () -> redis.exists(name)).orElse(false);
  }

  Optional<Duration> ttl(String name) {
    return ask("ttl", () -> redis.ttl(name)).flatMap(remaining -> remaining);
  }

  boolean expire(String name, Duration ttl) {
    return ask("expire", () -> redis.expire(name, ttl)).orElse(false);
  }

  /**
   * Caches what flights loaded, unless an invalidation overtook them. While the journal holds
   * invalidations that Redis has not seen, nothing is cached.
   */
  void fill(Flights<V> flights, List<Loaded<V>> loaded, Duration ttl) {
    if (!journal.isEmpty()) {
      return;
    }
    List<Fill<V>> fills = new ArrayList<>(loaded.size());
    for (Loaded<V> candidate : loaded) {
      byte[] bytes = encode(candidate.name(), candidate.value());
      if (bytes != null) {
        fills.add(new Fill<>(entry(candidate.name(), bytes, ttl), candidate.flight()));
      }
    }
    try {
      Reply<Integer> written = flights.sendUnlessStale(
          fills,
          Fill::flight,
          fresh -> redis.setAll(fresh.stream().map(Fill::entry).toList()));
      if (written != null) {
        recorder.put(written.await());
      }
    } catch (ForebayException e) {
      recorder.failed("put", e);
    }
  }

  /**
   * Prepares to write values over whatever there is. Encodes them at once, so that sending them
   * takes no time; what cannot be encoded will be deleted.
   */
  Overwrite overwrite(Map<String, V> values, Duration ttl) {
    List<Entry> entries = new ArrayList<>(values.size());
    List<String> unwritable = new ArrayList<>();
    RefusedValueException refusal = null;
    for (Map.Entry<String, V> value : values.entrySet()) {
      String name = value.getKey();
      try {
        entries.add(entry(name, format.write(name, value.getValue(), Envelope.Meta.NONE), ttl));
      } catch (CodecException e) {
        recorder.failed("encode", e);
        unwritable.add(name);
        if (refusal == null && e.getCause() instanceof RefusedValueException refused) {
          refusal = refused;
        }
      }
    }
    return new Overwrite(entries, unwritable, refusal);
  }

  /** Sends what was prepared; what cannot be written is deleted, now or later. */
  void send(Overwrite overwrite) {
    if (!overwrite.unwritable().isEmpty()) {
      deleteNowOrLater(overwrite.unwritable());
    }
    try {
      if (!overwrite.entries().isEmpty()) {
        recorder.put(redis.setAll(overwrite.entries()).await());
      }
    } catch (ForebayException e) {
      journal.add(overwrite.entries().stream().map(Entry::key).toList());
      recorder.failed("put", e);
      if (e instanceof RedisOperationException) {
        // Refused, for want of memory say: the old value may still be deleted.
        replayJournal();
      }
    }
  }

  /** Deletes entries, later if it cannot be now; returns how many existed. */
  long deleteNowOrLater(List<String> names) {
    long deleted = 0;
    try {
      deleted = together(
              names, redis::unlink, counts -> counts.stream().mapToLong(n -> n).sum())
          .await();
    } catch (ForebayException e) {
      journal.add(names);
      recorder.failed("delete", e);
    }
    recorder.deleted(deleted);
    return deleted;
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

  /** Deletes entries that match, all entries later if Redis fails; returns how many existed. */
  long deleteMatching(String pattern, LongConsumer progress) {
    AtomicLong deleted = new AtomicLong();
    try {
      scan.deleteMatching(pattern, soFar -> {
        deleted.set(soFar);
        progress.accept(soFar);
      });
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

  /** Sends a read once everything in the journal is deleted; empty if Redis fails. */
  private <T> Optional<T> ask(String operation, Supplier<Reply<T>> command) {
    return recorder.attempt(
        operation, () -> journal.replay() ? Optional.of(command.get().await()) : Optional.empty());
  }

  /** Sends a command for each batch of names, all before the first reply is awaited. */
  private static <R, T> Reply<T> together(
      List<String> names,
      Function<List<String>, Reply<R>> command,
      Function<List<R>, T> combination) {
    List<Reply<R>> sent = new ArrayList<>();
    for (int from = 0; from < names.size(); from += BATCH) {
      sent.add(command.apply(names.subList(from, Math.min(names.size(), from + BATCH))));
    }
    return () -> combination.apply(sent.stream().map(Reply::await).toList());
  }

  private Found<V> find(List<String> names, Supplier<Reply<List<Optional<byte[]>>>> command) {
    List<Optional<byte[]>> replies;
    try {
      if (!journal.replay()) {
        return new Found<>(Map.of(), false);
      }
      replies = command.get().await();
    } catch (ForebayException e) {
      recorder.failed("get", e);
      return new Found<>(Map.of(), e instanceof RedisOperationException);
    }
    Map<String, V> values = new LinkedHashMap<>();
    List<String> corrupt = new ArrayList<>();
    int index = 0;
    for (Optional<byte[]> bytes : replies) {
      String name = names.get(index++);
      if (bytes.isPresent()) {
        try {
          values.put(name, format.read(name, bytes.get()).value());
        } catch (CodecException e) {
          recorder.unreadable(name, e);
          if (isOfNoUse(e)) {
            corrupt.add(name);
          }
        }
      }
    }
    if (!corrupt.isEmpty()) {
      deleteNowOrLater(corrupt);
    }
    return new Found<>(values, true);
  }

  /** Whether no instance could read the entry. One with newer keys or a newer release may. */
  private static boolean isOfNoUse(CodecException failure) {
    return failure.reason() != CodecException.Reason.UNKNOWN_KEY
        && failure.reason() != CodecException.Reason.NEWER_RELEASE;
  }

  private byte @Nullable [] encode(String name, V value) {
    try {
      return format.write(name, value, Envelope.Meta.NONE);
    } catch (CodecException e) {
      recorder.failed("encode", e);
      return null;
    }
  }

  /** Shortens the time to live at random, so that entries written together do not expire together. */
  private Entry entry(String name, byte[] bytes, Duration ttl) {
    long millis = ttl.toMillis();
    long spread = (long) (millis * ttlJitter * ThreadLocalRandom.current().nextDouble());
    return new Entry(name, bytes, Duration.ofMillis(Math.max(1, millis - spread)));
  }

  /**
   * What a read found.
   *
   * @param answered whether Redis answered, be it by an error; else it would not take a value either
   */
  record Found<V>(Map<String, V> values, boolean answered) {}

  /** What a flight loaded for one entry. */
  record Loaded<V>(String name, V value, Flight<V> flight) {}

  /**
   * Values that are ready to be sent.
   *
   * @param refusal why the first of those that must not be stored was refused
   */
  record Overwrite(
      List<Entry> entries,
      List<String> unwritable,
      @Nullable RefusedValueException refusal) {}

  private record Fill<V>(Entry entry, Flight<V> flight) {}
}
