package dev.forebay.cache;

import dev.forebay.redis.Codec;
import dev.forebay.redis.CodecException;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A codec that lets pass only what a cache may hold: what must not be stored is refused, what is not
 * valid is neither written nor read. Around the codec, because nothing gets into Redis past it. A
 * refusal is a {@link CodecException} whose cause is a {@link RefusedValueException}.
 */
final class GuardedCodec<V> implements Codec<V> {

  private final String cache;
  private final Codec<V> codec;
  private final ValueGuard<V> guard;
  private final Predicate<? super V> valid;

  GuardedCodec(String cache, Codec<V> codec, ValueGuard<V> guard, Predicate<? super V> valid) {
    this.cache = cache;
    this.codec = codec;
    this.guard = guard;
    this.valid = valid;
  }

  @Override
  public int id() {
    return codec.id();
  }

  @Override
  public byte[] encode(V value) {
    V admitted;
    try {
      admitted = requireAllowed(value);
    } catch (RefusedValueException e) {
      throw new CodecException(Objects.requireNonNull(e.getMessage()), e);
    }
    return codec.encode(admitted);
  }

  @Override
  public V decode(byte[] bytes) {
    return requireValid(codec.decode(bytes));
  }

  @Override
  public V decode(byte[] bytes, int from, int to) {
    return requireValid(codec.decode(bytes, from, to));
  }

  private V requireAllowed(V value) {
    V admitted = guard.admit(value);
    if (!isValid(admitted)) {
      throw new RefusedValueException(
          cache,
          "it is not valid by the check that validate(...) was given",
          "Put what passes the check, as reading would take anything else for damaged.");
    }
    return admitted;
  }

  private V requireValid(V value) {
    if (!isValid(value)) {
      throw new CodecException(
          "a value of cache '%s' is not valid by the check that validate(...) was given"
              .formatted(cache),
          null);
    }
    return value;
  }

  private boolean isValid(V value) {
    try {
      return valid.test(value);
    } catch (RuntimeException e) {
      // A value on which the check fails has not passed it. Its message may quote the value.
      return false;
    }
  }
}
