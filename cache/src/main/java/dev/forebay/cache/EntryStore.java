package dev.forebay.cache;

import dev.forebay.redis.Codec;
import dev.forebay.redis.CodecException;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
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

  /** Keys that Redis looks at for one page of a scan. */
  static final int SCAN_PAGE = 1_000;

  private final Codec<V> codec;
  private final double ttlJitter;
  private final RedisCommands redis;
  private final CacheScripts scripts;
  private final CacheRecorder recorder;
  private final InvalidationJournal journal;

  EntryStore(
      Codec<V> codec,
      double ttlJitter,
      RedisCommands redis,
      CacheRecorder recorder,
      InvalidationJournal journal) {
    this.codec = codec;
    this.ttlJitter = ttlJitter;
    this.redis = redis;
    this.scripts = new CacheScripts(redis);
    this.recorder = recorder;
    this.journal = journal;
  }

  Optional<V> read(String name) {
    return ask("get", () -> redis.get(name))
        .flatMap(bytes -> bytes)
        .flatMap(bytes -> decode(name, bytes));
  }

  Map<String, V> readAll(List<String> names) {
    Optional<List<Optional<byte[]>>> replies = ask("get", () -> {
      // All batches are on their way before the first reply is awaited.
      List<Reply<List<Optional<byte[]>>>> pending =
          batchesOf(names).stream().map(redis::mget).toList();
      return () -> pending.stream().flatMap(reply -> reply.await().stream()).toList();
    });
    Map<String, V> found = new LinkedHashMap<>();
    replies.ifPresent(values -> {
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        values.get(i).flatMap(bytes -> decode(name, bytes)).ifPresent(v -> found.put(name, v));
      }
    });
    return found;
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
      byte[] bytes = encode(candidate.value());
      if (bytes != null) {
        fills.add(new Fill<>(new Entry(candidate.name(), bytes), candidate.flight()));
      }
    }
    for (List<Fill<V>> batch : batchesOf(fills)) {
      try {
        Sent sent = flights.sendUnlessStale(
            batch,
            Fill::flight,
            fresh -> new Sent(write(fresh.stream().map(Fill::entry).toList(), ttl), fresh.size()));
        if (sent != null) {
          sent.reply().await();
          recorder.put(sent.entries());
        }
      } catch (ForebayException e) {
        recorder.failed("put", e);
      }
    }
  }

  /** Writes values over whatever there is; what cannot be written is deleted, now or later. */
  void overwrite(Map<String, V> values, Duration ttl) {
    List<Entry> entries = new ArrayList<>(values.size());
    List<String> unwritable = new ArrayList<>();
    values.forEach((name, value) -> {
      byte[] bytes = encode(value);
      if (bytes == null) {
        unwritable.add(name);
      } else {
        entries.add(new Entry(name, bytes));
      }
    });
    delete(unwritable);
    for (List<Entry> batch : batchesOf(entries)) {
      try {
        write(batch, ttl).await();
        recorder.put(batch.size());
      } catch (ForebayException e) {
        recorder.failed("put", e);
        journal.add(batch.stream().map(Entry::name).toList());
      }
    }
  }

  /** Deletes entries, now or later; returns how many existed. */
  long delete(List<String> names) {
    long deleted = 0;
    for (List<String> batch : batchesOf(names)) {
      try {
        deleted += redis.unlink(batch).await();
      } catch (ForebayException e) {
        recorder.failed("delete", e);
        journal.add(batch);
      }
    }
    recorder.deleted(deleted);
    return deleted;
  }

  /** Returns names that match, up to {@code limit}; those found so far if Redis fails. */
  Set<String> find(String pattern, int limit) {
    Set<String> found = new LinkedHashSet<>();
    try {
      redis.scan(pattern, SCAN_PAGE, page -> {
        for (String name : page) {
          if (found.size() < limit) {
            found.add(name);
          }
        }
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
      redis.scan(pattern, SCAN_PAGE, page -> {
        progress.accept(deleted.addAndGet(redis.unlink(page).await()));
        return true;
      });
    } catch (ForebayException e) {
      recorder.failed("delete", e);
      journal.addAll();
    }
    recorder.deleted(deleted.get());
    return deleted.get();
  }

  /** Sends a read once everything in the journal is deleted; empty if Redis fails. */
  private <T> Optional<T> ask(String operation, Supplier<Reply<T>> command) {
    try {
      return journal.replay() ? Optional.of(command.get().await()) : Optional.empty();
    } catch (ForebayException e) {
      recorder.failed(operation, e);
      return Optional.empty();
    }
  }

  /** Writes entries by one command, on a cluster one for each slot, all sent before any reply. */
  private Reply<String> write(List<Entry> entries, Duration ttl) {
    List<Reply<String>> sent = redis.bySlot(entries, Entry::name).stream()
        .map(ofOneSlot -> writeTogether(ofOneSlot, ttl))
        .toList();
    return () -> {
      String last = "";
      for (Reply<String> reply : sent) {
        last = reply.await();
      }
      return last;
    };
  }

  private Reply<String> writeTogether(List<Entry> entries, Duration ttl) {
    if (entries.size() == 1) {
      Entry entry = entries.get(0);
      return redis.set(entry.name(), entry.bytes(), jittered(ttl));
    }
    List<byte[]> valuesAndTtls = new ArrayList<>(2 * entries.size());
    for (Entry entry : entries) {
      valuesAndTtls.add(entry.bytes());
      valuesAndTtls.add(CacheScripts.number(jittered(ttl).toMillis()));
    }
    return scripts.putAll(entries.stream().map(Entry::name).toList(), valuesAndTtls);
  }

  private Optional<V> decode(String name, byte[] bytes) {
    try {
      return Optional.of(codec.decode(bytes));
    } catch (CodecException e) {
      recorder.corrupt(name, e);
      delete(List.of(name));
      return Optional.empty();
    }
  }

  private byte @Nullable [] encode(V value) {
    try {
      return codec.encode(value);
    } catch (CodecException e) {
      recorder.failed("encode", e);
      return null;
    }
  }

  /** Shortens a time to live at random, so that entries written together do not expire together. */
  private Duration jittered(Duration ttl) {
    long millis = ttl.toMillis();
    long spread = (long) (millis * ttlJitter * ThreadLocalRandom.current().nextDouble());
    return Duration.ofMillis(Math.max(1, millis - spread));
  }

  private static <T> List<List<T>> batchesOf(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }

  /** What a flight loaded for one entry. */
  record Loaded<V>(String name, V value, Flight<V> flight) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(String name, byte[] bytes) {}

  private record Fill<V>(Entry entry, Flight<V> flight) {}

  private record Sent(Reply<String> reply, int entries) {}
}
