package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.spi.StableHash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What one limiter decided in this instance. Safe for concurrent use; never blocks. */
final class LimiterTally {

  static final String ALLOWED = "allowed";
  static final String DENIED = "denied";
  static final String DENIED_LOCALLY = "denied-locally";
  static final String WITHOUT_REDIS = "without-redis";
  static final String SHADOWED = "shadowed";

  /** Of its subjects; the standard error is 2.3 %. */
  static final int REGISTERS = 2_048;

  private final LongAdder allowed = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final LongAdder deniedLocally = new LongAdder();
  private final LongAdder withoutRedis = new LongAdder();
  private final LongAdder shadowed = new LongAdder();
  private final HyperLogLog subjects = new HyperLogLog(REGISTERS);

  void count(String subject, Decision decision) {
    subjects.add(StableHash.of(subject));
    if (!decision.isAllowed()) {
      denied.increment();
      if (decision.source() == Source.KNOWN) {
        deniedLocally.increment();
      }
    } else {
      allowed.increment();
      if (decision instanceof Allowed allowance && allowance.shadowed() != null) {
        shadowed.increment();
      }
    }
    if (decision.source() == Source.FALLBACK) {
      withoutRedis.increment();
    }
  }

  long denied() {
    return denied.sum();
  }

  HyperLogLog subjects() {
    return subjects;
  }

  /** Returns the counts by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put(ALLOWED, allowed.sum());
    counts.put(DENIED, denied.sum());
    counts.put(DENIED_LOCALLY, deniedLocally.sum());
    counts.put(WITHOUT_REDIS, withoutRedis.sum());
    counts.put(SHADOWED, shadowed.sum());
    return counts;
  }

  /** Returns what counts by name say. */
  static LimitUsage.OfLimiter usage(Map<String, Long> counts, long subjects) {
    return new LimitUsage.OfLimiter(
        counts.getOrDefault(ALLOWED, 0L),
        counts.getOrDefault(DENIED, 0L),
        counts.getOrDefault(DENIED_LOCALLY, 0L),
        counts.getOrDefault(WITHOUT_REDIS, 0L),
        counts.getOrDefault(SHADOWED, 0L),
        subjects);
  }
}
