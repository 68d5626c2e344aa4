package dev.forebay.benchmarks;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** An act in another runtime than the JVM, with callers of its own: it plays whole turns. */
public interface Outsider extends Act {

  @Override
  default void perform(long number) {
    throw new UnsupportedOperationException("an outsider plays whole turns");
  }

  /**
   * Performs with as many callers as the case has until the time is over, and settles.
   *
   * @throws Exception if there is nothing to show
   */
  Played play(double seconds) throws Exception;

  /**
   * What was done in a turn.
   *
   * @param nanos from the start to the end of the last operation
   * @param cpuNanos of the whole process
   * @param failures operations that failed
   * @param failure the first of them in words, or null
   * @param latencies nanoseconds, and how many operations took so long
   */
  record Played(
      long nanos,
      long cpuNanos,
      long failures,
      @Nullable String failure,
      Map<Long, Long> latencies) {

    Turn turn() {
      Histogram histogram = Latencies.none();
      latencies.forEach(
          (nanos, count) -> histogram.recordValueWithCount(Latencies.within(nanos), count));
      return new Turn(
          histogram.getTotalCount(),
          0,
          failures,
          failure,
          nanos,
          cpuNanos,
          0,
          Latencies.encode(histogram),
          Map.of(),
          Map.of());
    }
  }
}
