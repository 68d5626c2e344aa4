package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Turns values into what is stored of them, and decides how long that lives. */
final class EntryWriter<V> {

  private final WireFormat<V> format;
  private final CachePolicy<?, V> policy;
  private final CacheRecorder recorder;

  EntryWriter(WireFormat<V> format, CachePolicy<?, V> policy, CacheRecorder recorder) {
    this.format = format;
    this.policy = policy;
    this.recorder = recorder;
  }

  /** Returns what is to be stored, or null if the value cannot be written. */
  @Nullable
  Stored write(EntryStore.Fill<V> fill) {
    Lease lease = fill.lease();
    return write(
        lease.id(), fill.value(), lease.epochs(), fill.ttl(), fill.costMicros(), new ArrayList<>());
  }

  /**
   * Returns what is to be stored, or null if the value cannot be written.
   *
   * @param refusals takes the reason if the value must not be stored
   */
  @Nullable
  Stored write(
      EntryId id,
      V value,
      List<String> epochs,
      Duration ttl,
      long costMicros,
      List<RefusedValueException> refusals) {
    // Shortened at random, so that entries written together do not expire together.
    long millis = ttl.toMillis();
    double spread = policy.ttlJitter() * ThreadLocalRandom.current().nextDouble();
    long fresh = Math.max(1, millis - (long) (millis * spread));
    long kept = fresh + policy.keptStaleFor().toMillis();
    boolean tellsFreshness = !policy.keptStaleFor().isZero() || policy.earlyRefresh() > 0;
    Envelope.Meta meta = new Envelope.Meta(
        tellsFreshness ? System.currentTimeMillis() + fresh : 0, 0, costMicros, epochs);
    try {
      byte[] bytes = format.write(id.name(), value, meta);
      recorder.written(id.name(), bytes.length, kept);
      return new Stored(bytes, kept);
    } catch (CodecException e) {
      recorder.failed("encode", e);
      if (e.getCause() instanceof RefusedValueException refusal) {
        refusals.add(refusal);
      }
      return null;
    }
  }

  /** The bytes of an entry, and how long they are kept. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(byte[] bytes, long ttlMillis) {}
}
