package dev.forebay.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM did in one turn.
 *
 * @param operations completed without failure
 * @param rounds in {@link Pace#LOCKSTEP}, else 0
 * @param failures operations that threw
 * @param failure the first of them in words, or null
 * @param nanos from the start to the end of the last operation, {@link Act#settle} included
 * @param cpuNanos of the whole JVM, compiler and garbage collector included
 * @param allocatedBytes by all its threads
 * @param latencies of the operations, as {@link Latencies} encodes them
 * @param slowest how long the slowest caller of each round took, in nanoseconds, by the round's number
 * @param counts by how much {@link Act#counts} grew
 */
record Turn(
    long operations,
    long rounds,
    long failures,
    @Nullable String failure,
    long nanos,
    long cpuNanos,
    long allocatedBytes,
    String latencies,
    Map<Long, Long> slowest,
    Map<String, Long> counts) {

  /** Returns what instances did together in the same turn. */
  Turn plus(Turn other) {
    return with(other, Math.max(rounds, other.rounds), Math.max(nanos, other.nanos));
  }

  /** Returns what was done in this turn and in one after it. */
  Turn then(Turn next) {
    return with(next, rounds + next.rounds, nanos + next.nanos);
  }

  private Turn with(Turn other, long togetherRounds, long togetherNanos) {
    Histogram sum = Latencies.decode(latencies);
    sum.add(Latencies.decode(other.latencies));
    Map<Long, Long> slow = new TreeMap<>(slowest);
    // A round of several instances is over when the slowest caller of all of them is done.
    other.slowest.forEach((round, slowestNanos) -> slow.merge(round, slowestNanos, Math::max));
    Map<String, Long> together = new TreeMap<>(counts);
    other.counts.forEach((name, count) -> together.merge(name, count, Long::sum));
    return new Turn(
        operations + other.operations,
        togetherRounds,
        failures + other.failures,
        failure == null ? other.failure : failure,
        togetherNanos,
        cpuNanos + other.cpuNanos,
        allocatedBytes + other.allocatedBytes,
        Latencies.encode(sum),
        slow,
        together);
  }
}
