package dev.forebay.redis;

/**
 * Writes values of one type as bytes and reads them back. Implementations are safe for concurrent
 * use and never block.
 *
 * @param <V> the type of the values
 */
public interface Codec<V> {

  /**
   * Writes a value.
   *
   * @throws CodecException if the value cannot be written
   */
  byte[] encode(V value);

  /**
   * Reads what {@link #encode} wrote. Bytes that are anything else are refused, never guessed at.
   *
   * @throws CodecException if the bytes are not a value of this type
   */
  V decode(byte[] bytes);
}
