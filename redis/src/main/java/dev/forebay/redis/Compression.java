package dev.forebay.redis;

/**
 * When values are compressed on their way to Redis. LZ4, by a codec in Java alone: no native
 * library is unpacked or loaded. What an instance reads is decompressed whatever it writes.
 * Immutable.
 *
 * <p>A value stays uncompressed unless that saves a tenth of its bytes. Where compression and
 * encryption meet, the size of a stored value tells something of its content: turn compression off
 * for values that hold a secret next to text which an attacker can choose.
 */
public final class Compression {

  private static final int DEFAULT_THRESHOLD = 1024;
  private static final int DEFAULT_LARGEST = 64 << 20;
  private static final int LARGEST_STRING = 512 << 20;

  private static final Compression OFF = new Compression(Integer.MAX_VALUE, DEFAULT_LARGEST);
  private static final Compression LZ4 = new Compression(DEFAULT_THRESHOLD, DEFAULT_LARGEST);

  private final int threshold;
  private final int largest;

  private Compression(int threshold, int largest) {
    this.threshold = threshold;
    this.largest = largest;
  }

  /** Returns the default: values above 1 KiB are compressed, and up to 64 MiB decompressed. */
  public static Compression lz4() {
    return LZ4;
  }

  /** Returns a setting by which nothing is compressed; what was is still decompressed. */
  public static Compression off() {
    return OFF;
  }

  /** Returns whether any value is compressed. */
  public boolean isOn() {
    return threshold != Integer.MAX_VALUE;
  }

  /**
   * Returns a setting by which values longer than this are compressed.
   *
   * @param bytes at least 0; the default is 1024
   */
  public Compression above(int bytes) {
    if (bytes < 0) {
      throw new ConfigurationException(
          "compression threshold", bytes + " bytes is below 0", "Use 0 or more, for example 1024.");
    }
    return new Compression(bytes, largest);
  }

  /**
   * Returns a setting that refuses a value which would take more memory than this when
   * decompressed: so a small value planted in Redis cannot exhaust the heap. Longer values are
   * written uncompressed.
   *
   * @param bytes from 1 KiB to 512 MiB; the default is 64 MiB. Every instance needs room for what the
   *     others write: raise it everywhere before values of that size are written
   */
  public Compression decompressingAtMost(int bytes) {
    if (bytes < 1024 || bytes > LARGEST_STRING) {
      throw new ConfigurationException(
          "largest decompressed value",
          bytes + " bytes is not from 1024 to " + LARGEST_STRING + ", the longest string of Redis",
          "Use 67108864 for 64 MiB, for example.");
    }
    return new Compression(threshold, bytes);
  }

  boolean tries(int length) {
    return length > threshold && length <= largest;
  }

  int largest() {
    return largest;
  }

  @Override
  public String toString() {
    return threshold == Integer.MAX_VALUE
        ? "Compression[off, decompressing at most " + largest + " bytes]"
        : "Compression[LZ4 above " + threshold + " bytes, decompressing at most " + largest
            + " bytes]";
  }
}
