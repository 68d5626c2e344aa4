package dev.forebay.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds, and how they travel. Two digits: every figure is within 1 %. */
final class Latencies {

  static final int DIGITS = 2;
  static final long HIGHEST = TimeUnit.MINUTES.toNanos(2);

  private Latencies() {}

  static Histogram none() {
    return new Histogram(HIGHEST, DIGITS);
  }

  /** Returns a latency that a histogram can hold. */
  static long within(long nanos) {
    return Math.min(Math.max(nanos, 1), HIGHEST);
  }

  static String encode(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }

  static Histogram decode(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), HIGHEST);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("Not a histogram: " + text, e);
    }
  }
}
