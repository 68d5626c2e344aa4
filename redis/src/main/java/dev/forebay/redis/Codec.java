package dev.forebay.redis;

import java.util.Arrays;

/**
 * Writes values of one type as bytes and reads them back. Implementations are safe for concurrent
 * use and never block.
 *
 * @param <V> the type of the values
 */
public interface Codec<V> {

  /**
   * Returns the number of this codec's byte format, which is stored with each value: bytes of one
   * format are never read as another. It stays the same for as long as stored bytes are to be read,
   * and a new, incompatible format takes a new number.
   *
   * @return 1 for JSON, 2 for bytes as they are, 3 for UTF-8 text; 4 to 63 are kept for Forebay, 64
   *     to 127 are for applications
   */
  int id();

  /**
   * Writes a value.
   *
   * @return bytes that nobody else holds on to
   * @throws CodecException if the value cannot be written
   */
  byte[] encode(V value);

  /**
   * Reads what {@link #encode} wrote. Bytes that are anything else are refused, never guessed at.
   *
   * @throws CodecException if the bytes are not a value of this type
   */
  V decode(byte[] bytes);

  /**
   * Reads a value from the middle of an array. Copies that part; codecs that can read in place
   * override it.
   *
   * @param from the first byte of the value
   * @param to the byte after its last, from {@code from} to the array's length
   * @throws CodecException if the bytes are not a value of this type
   */
  default V decode(byte[] bytes, int from, int to) {
    return decode(Arrays.copyOfRange(bytes, from, to));
  }
}
