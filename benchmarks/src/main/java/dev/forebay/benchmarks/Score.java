package dev.forebay.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a contestant reached in a case: medians of its turns. "Unit" is an operation, or what it
 * counts for.
 *
 * @param failure why there are no figures, or why they mean little; null if all went well
 * @param perSecond units a second
 * @param turns the same of each turn, in the order in which they were played
 * @param p50Micros latency of an operation
 * @param slowestMicros of the slowest caller of a round, the median over rounds; 0 but in lockstep
 * @param jvmMicros CPU of the contestant's JVM for a unit
 * @param redisMicros CPU of Redis for a unit
 * @param postgresMicros CPU of PostgreSQL for a unit; 0 where there is none
 * @param allocatedBytes in the JVM for a unit
 * @param commands of Redis for a unit, those made by scripts included
 * @param commandsByName likewise
 * @param entryBytes memory of Redis for an entry; 0 if there were none to begin with
 * @param counts of the contestant itself, for a round or an operation
 */
record Score(
    String contestant,
    Role role,
    @Nullable String failure,
    double perSecond,
    List<Double> turns,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double slowestMicros,
    double jvmMicros,
    double redisMicros,
    double postgresMicros,
    double allocatedBytes,
    double commands,
    Map<String, Double> commandsByName,
    double entryBytes,
    Map<String, Double> counts) {

  /** Whoever fails more often than this has no figures. */
  private static final double MOST_FAILURES = 0.01;

  static Score of(Contestant contestant, double entryBytes, List<Measurement> all) {
    String failure = failureOf(all);
    if (failure != null && shareOfFailures(all) > MOST_FAILURES) {
      return failed(contestant, failure);
    }
    Measurement last = all.get(all.size() - 1);
    Map<String, Double> byName = new TreeMap<>();
    last.redis().commands().entrySet().forEach(e -> byName.put(e.getKey(), last.perUnit(e)));
    Map<String, Double> counts = new TreeMap<>();
    last.turn()
        .counts()
        .keySet()
        .forEach(name -> counts.put(
            name, median(all, m -> m.perRound(m.turn().counts().getOrDefault(name, 0L)))));
    return new Score(
        contestant.name(),
        contestant.role(),
        failure,
        median(all, Measurement::unitsPerSecond),
        all.stream().map(Measurement::unitsPerSecond).toList(),
        percentile(all, 50),
        percentile(all, 99),
        percentile(all, 99.9),
        median(all, Measurement::slowestMicros),
        median(all, Measurement::jvmMicrosPerUnit),
        median(all, Measurement::redisMicrosPerUnit),
        median(all, Measurement::postgresMicrosPerUnit),
        median(all, Measurement::bytesPerUnit),
        median(all, Measurement::commandsPerUnit),
        byName,
        entryBytes,
        counts);
  }

  static Score failed(Contestant contestant, String failure) {
    return new Score(
        contestant.name(),
        contestant.role(),
        failure,
        0,
        List.of(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        0,
        Map.of());
  }

  /** Returns the units a second that a share of the turns stayed below. */
  double turnsAt(double share) {
    return Ratio.quantile(share, turns.stream().mapToDouble(Double::doubleValue).toArray());
  }

  boolean hasFigures() {
    return !turns.isEmpty();
  }

  private static double shareOfFailures(List<Measurement> all) {
    double failures = all.stream().mapToLong(m -> m.turn().failures()).sum();
    double done = all.stream().mapToLong(m -> m.turn().operations()).sum();
    return failures / (failures + done);
  }

  private static @Nullable String failureOf(List<Measurement> all) {
    long failures = all.stream().mapToLong(m -> m.turn().failures()).sum();
    return failures == 0
        ? null
        : failures + " operations failed, the first: "
            + all.stream()
                .map(m -> String.valueOf(m.turn().failure()))
                .filter(text -> !text.equals("null"))
                .findFirst()
                .orElse("unknown");
  }

  private static double percentile(List<Measurement> all, double percentile) {
    return median(all, m -> m.latencies().getValueAtPercentile(percentile) / 1e3);
  }

  private static double median(List<Measurement> all, ToDoubleFunction<Measurement> figure) {
    return Ratio.median(all.stream().mapToDouble(figure).toArray());
  }
}
