package dev.forebay.redis.spi;

/**
 * Turns the values of one purpose into the bytes that are stored in Redis, and back: encoded,
 * compressed where that pays, and encrypted where that is configured. Made by {@code
 * dev.forebay.redis.WireFormatBuilder}.
 *
 * <p>Safe for concurrent use; never blocks.
 *
 * @param <V> the type of the values
 */
public interface WireFormat<V> {

  /**
   * Writes a value and what is known about it.
   *
   * @param key the Redis key that the bytes are stored at; encrypted bytes can be read at no other
   * @return bytes that nobody else holds on to
   * @throws dev.forebay.redis.CodecException if the codec cannot write the value
   */
  byte[] write(String key, V value, Envelope.Meta meta);

  /**
   * Reads what {@link #write} of this or an earlier release wrote at this key.
   *
   * @param key the Redis key that the bytes were read from
   * @throws dev.forebay.redis.CodecException if it is anything else; its {@code reason()} tells a
   *     damaged value from one that others can still read, such as of a key missing here
   */
  Envelope<V> read(String key, byte[] bytes);
}
