package dev.forebay.redis;

import dev.forebay.redis.CodecException.Reason;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * LZ4 blocks. The implementation in Java is chosen on purpose: the native one takes a third of the
 * time (4 KiB of JSON: 2.6 µs instead of 8.2 to compress, 0.6 instead of 3.5 to decompress), but
 * unpacks a library into the temporary folder, warns on JDK 24 and later, and turns a mistake into
 * a crash of the process. A round trip to Redis takes ten times either.
 */
final class Lz4 {

  /** No byte of a block yields more: a length of a match grows by 255 for each byte spent on it. */
  private static final int LARGEST_RATIO = 255;

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  private Lz4() {}

  /** Returns an array that has room for whatever {@link #compress} makes of so many bytes. */
  static byte[] roomFor(int length) {
    return new byte[COMPRESSOR.maxCompressedLength(length)];
  }

  /** Compresses all of {@code plain} into {@code room}; returns the length of the block. */
  static int compress(byte[] plain, byte[] room) {
    return COMPRESSOR.compress(plain, 0, plain.length, room, 0, room.length);
  }

  /**
   * Decompresses the block from {@code from} to {@code to}. Allocates nothing before the declared
   * size is known to be allowed and possible.
   *
   * @throws CodecException if the block does not yield exactly {@code size} bytes, or that is more
   *     than {@code largest}
   */
  static byte[] decompress(byte[] bytes, int from, int to, long size, int largest) {
    if (size > largest) {
      throw new CodecException(
          Reason.CORRUPT,
          "A compressed value declares " + size + " bytes, more than the " + largest
              + " allowed. If values are that large, raise Compression.decompressingAtMost.",
          null);
    }
    if (size > (long) LARGEST_RATIO * (to - from)) {
      throw malformed(to - from, size, null);
    }
    byte[] plain = new byte[(int) size];
    int length;
    try {
      length = DECOMPRESSOR.decompress(bytes, from, to - from, plain, 0, plain.length);
    } catch (LZ4Exception | IndexOutOfBoundsException e) {
      throw malformed(to - from, size, e);
    }
    if (length != plain.length) {
      throw malformed(to - from, size, null);
    }
    return plain;
  }

  private static CodecException malformed(int length, long size, @Nullable Throwable cause) {
    return new CodecException(
        Reason.CORRUPT, length + " bytes are not an LZ4 block of " + size + " bytes", cause);
  }
}
