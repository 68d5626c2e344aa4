package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long entries have left to be served. An entry counts as {@link Cache#get} counts it: Redis may
 * still have one that was outdated, or that is kept for the case that a loader fails. Whatever fails
 * in Redis is counted here, and goes no further.
 */
final class EntryLifetimes<V> {

  private final WireFormat<V> format;
  private final CachePolicy<?, V> policy;
  private final RedisCommands redis;
  private final CacheScripts scripts;
  private final CacheRecorder recorder;
  private final InvalidationJournal journal;

  EntryLifetimes(
      WireFormat<V> format,
      CachePolicy<?, V> policy,
      RedisCommands redis,
      CacheScripts scripts,
      CacheRecorder recorder,
      InvalidationJournal journal) {
    this.format = format;
    this.policy = policy;
    this.redis = redis;
    this.scripts = scripts;
    this.recorder = recorder;
    this.journal = journal;
  }

  /** Returns whether there is an entry to serve. One round trip. */
  boolean exists(EntryId id) {
    return recorder
        .attempt("exists", () -> journal.replay() ? read(id) : Optional.empty())
        .isPresent();
  }

  /** Returns how long an entry is fresh; zero if it is stale and served. One round trip. */
  Optional<Duration> ttl(EntryId id) {
    return recorder.attempt("ttl", () -> {
      if (!journal.replay()) {
        return Optional.empty();
      }
      Reply<Optional<Duration>> kept = redis.ttl(id.name());
      return read(id).flatMap(entry -> kept.await().map(left -> entry.freshWithin(left)));
    });
  }

  /**
   * Sets how long an entry is fresh. Two round trips.
   *
   * @return false if there was none to serve, or it changed meanwhile
   */
  boolean expire(EntryId id, Duration ttl) {
    return recorder
        .attempt("expire", () -> {
          Optional<Entry<V>> entry = journal.replay() ? read(id) : Optional.empty();
          return entry.map(found -> expire(id, found, ttl));
        })
        .orElse(false);
  }

  private boolean expire(EntryId id, Entry<V> entry, Duration ttl) {
    Envelope.Meta meta = entry.envelope().meta();
    if (meta.softExpiryMillis() == 0) {
      return redis.expire(id.name(), ttl).await();
    }
    long fresh = ttl.toMillis();
    byte[] bytes = format.write(
        id.name(),
        entry.envelope().value(),
        meta.withSoftExpiryMillis(System.currentTimeMillis() + fresh));
    long kept = fresh + policy.keptStaleFor().toMillis();
    return scripts.replace(id.name(), entry.bytes(), bytes, kept).await().text().equals("REPLACED");
  }

  /** Returns the entry, unless it would not be served. */
  private Optional<Entry<V>> read(EntryId id) {
    List<String> keys = new ArrayList<>(id.epochs().size() + 1);
    keys.add(id.name());
    keys.addAll(id.epochs());
    List<Optional<byte[]>> values = redis.mget(keys).await();
    Epochs epochs = Epochs.of(id.epochs(), values.subList(1, values.size()));
    return values
        .get(0)
        .flatMap(bytes -> decode(id, bytes))
        .filter(entry -> entry.envelope().meta().epochs().equals(epochs.of(id)))
        .filter(entry -> isServed(entry.envelope()));
  }

  private boolean isServed(Envelope<V> envelope) {
    Cached<V> cached = Cached.of(envelope, policy);
    return cached != null && cached.isUsable();
  }

  /** What cannot be read is left to those who want its value. */
  private Optional<Entry<V>> decode(EntryId id, byte[] bytes) {
    try {
      return Optional.of(new Entry<>(bytes, format.read(id.name(), bytes)));
    } catch (CodecException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry<V>(byte[] bytes, Envelope<V> envelope) {

    /** @param left for how long it is kept, be it for the case that a loader fails */
    Duration freshWithin(Duration left) {
      long until = envelope.meta().softExpiryMillis();
      if (until == 0) {
        return left;
      }
      Duration fresh = Duration.ofMillis(Math.max(0, until - System.currentTimeMillis()));
      return fresh.compareTo(left) < 0 ? fresh : left;
    }
  }
}
