package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The slot of a key: CRC-16 (XMODEM: polynomial 0x1021, initial value 0) of the hash tag, modulo
 * 16384. Source: Redis Cluster specification, "Key distribution model".
 */
final class HashSlot {

  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  private HashSlot() {}

  static int of(String key) {
    int crc = 0;
    for (byte b : hashTag(key).getBytes(UTF_8)) {
      crc ^= (b & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
      }
      crc &= 0xffff;
    }
    return crc % COUNT;
  }

  /** What is between the first brace and the next closing one, unless that is nothing. */
  private static String hashTag(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.substring(open + 1, close) : key;
  }

  static int require(int slot) {
    if (slot < 0 || slot >= COUNT) {
      throw new IllegalArgumentException("slot must be from 0 to 16383, was " + slot);
    }
    return slot;
  }
}
