package dev.forebay.benchmarks;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** One turn of a contestant: what its JVMs did, and what the servers used meanwhile. */
record Measurement(Case played, Turn turn, RedisMeter.Reading redis, long postgresCpuNanos) {

  /** Returns this and one that was taken after it as one. */
  Measurement then(Measurement next) {
    return new Measurement(
        played,
        turn.then(next.turn),
        redis.plus(next.redis),
        postgresCpuNanos + next.postgresCpuNanos);
  }

  double unitsPerSecond() {
    return units() * 1e9 / turn.nanos();
  }

  double jvmMicrosPerUnit() {
    return turn.cpuNanos() / 1e3 / units();
  }

  double redisMicrosPerUnit() {
    return redis.cpuNanos() / 1e3 / units();
  }

  double postgresMicrosPerUnit() {
    return postgresCpuNanos / 1e3 / units();
  }

  double bytesPerUnit() {
    return turn.allocatedBytes() / units();
  }

  double commandsPerUnit() {
    return redis.commands().values().stream().mapToLong(Long::longValue).sum() / units();
  }

  double perUnit(Map.Entry<String, Long> command) {
    return command.getValue() / units();
  }

  /** Returns a count of the contestant's own per round, or per operation where there are none. */
  double perRound(long count) {
    return (double) count / Math.max(1, turn.rounds() > 0 ? turn.rounds() : turn.operations());
  }

  Histogram latencies() {
    return Latencies.decode(turn.latencies());
  }

  /** Returns how long the slowest caller of a round took, in microseconds: the median over rounds. */
  double slowestMicros() {
    return turn.slowest().isEmpty()
        ? 0
        : Ratio.median(
            turn.slowest().values().stream().mapToDouble(nanos -> nanos / 1e3).toArray());
  }

  private double units() {
    return Math.max(1.0, (double) turn.operations() * played.units());
  }
}
