package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
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

  /** Returns what is to be stored, or null if the value cannot or must not be written. */
  @Nullable
  Stored write(LeasedEntries.Fill<V> fill) {
    Lease lease = fill.lease();
    return write(
        lease.id(), fill.value(), lease.epochs(), fill.ttl(), fill.costMicros(), new ArrayList<>());
  }

  /**
   * Returns what is to be stored, or null if the value cannot or must not be written.
   *
   * @param ttl how long a value is fresh
   * @param refusals takes the reason if the value must not be stored
   */
  @Nullable
  Stored write(
      EntryId id,
      V value,
      List<String> epochs,
      Function<? super V, Duration> ttl,
      long costMicros,
      List<RefusedValueException> refusals) {
    try {
      return write(id, value, epochs, ttlOf(value, ttl), costMicros);
    } catch (RefusedValueException e) {
      refuse(e, refusals);
    } catch (CodecException e) {
      if (e.getCause() instanceof RefusedValueException refusal) {
        refuse(refusal, refusals);
      } else {
        recorder.failed("encode", e);
      }
    }
    return null;
  }

  private Stored write(EntryId id, V value, List<String> epochs, Duration ttl, long costMicros) {
    // Shortened at random, so that entries written together do not expire together.
    long millis = ttl.toMillis();
    double spread = policy.ttlJitter() * ThreadLocalRandom.current().nextDouble();
    long fresh = Math.max(1, millis - (long) (millis * spread));
    long kept = fresh + policy.keptStaleFor().toMillis();
    boolean tellsFreshness = !policy.keptStaleFor().isZero() || policy.earlyRefresh() > 0;
    Envelope.Meta meta = new Envelope.Meta(
        tellsFreshness ? System.currentTimeMillis() + fresh : 0, 0, costMicros, epochs);
    byte[] bytes = format.write(id.name(), value, meta);
    if (bytes.length > policy.maxValueBytes()) {
      throw new RefusedValueException(
          recorder.cache(),
          "it takes %d bytes as it would be stored, more than %d"
              .formatted(bytes.length, policy.maxValueBytes()),
          "Cache less of it, pages of a list say, or raise the limit by maxValueSize(bytes).");
    }
    recorder.sent(bytes.length);
    return new Stored(id.name(), bytes, kept, recorder.now());
  }

  private Duration ttlOf(V value, Function<? super V, Duration> ttl) {
    Duration chosen;
    try {
      chosen = ttl.apply(value);
    } catch (RuntimeException e) {
      // Its message may quote the value.
      throw unfitTtl("threw " + e.getClass().getName());
    }
    if (chosen == null || !CacheBuilder.isTtl(chosen)) {
      throw unfitTtl("returned " + chosen);
    }
    return chosen;
  }

  private RefusedValueException unfitTtl(String what) {
    return new RefusedValueException(
        recorder.cache(), "ttlFrom(...) " + what + " for it", "Return from 1 ms to 366 days.");
  }

  private void refuse(RefusedValueException refusal, List<RefusedValueException> refusals) {
    recorder.refused(refusal);
    refusals.add(refusal);
  }

  /**
   * The bytes of an entry, and how long they are kept.
   *
   * @param since when they were written, by {@link CacheRecorder#now()}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(String name, byte[] bytes, long ttlMillis, long since) {}
}
