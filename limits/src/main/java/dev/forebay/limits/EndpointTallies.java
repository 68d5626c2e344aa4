package dev.forebay.limits;

import dev.forebay.redis.spi.StableHash;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * How many requests were denied at each endpoint in this instance. Safe for concurrent use; counts
 * {@value #MOST} endpoints, the rest as one.
 */
final class EndpointTallies {

  static final int MOST = 200;
  static final String OTHER = "other";

  private static final int LONGEST_NAME = 128;
  private static final int REGISTERS = 256;

  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private final ReentrantLock adding = new ReentrantLock();

  private static final class Tally {
    private final LongAdder denied = new LongAdder();
    private volatile HyperLogLog subjects = new HyperLogLog(REGISTERS);
  }

  /** A request of a subject was denied. */
  void count(String endpoint, String subject) {
    Tally tally = of(endpoint);
    tally.denied.increment();
    tally.subjects.add(StableHash.of(subject));
  }

  private Tally of(String endpoint) {
    String name =
        endpoint.length() <= LONGEST_NAME ? endpoint : endpoint.substring(0, LONGEST_NAME);
    Tally tally = tallies.get(name);
    if (tally != null) {
      return tally;
    }
    adding.lock();
    try {
      String known = tallies.size() < MOST ? name : OTHER;
      return tallies.computeIfAbsent(known, any -> new Tally());
    } finally {
      adding.unlock();
    }
  }

  /** Returns how many requests were denied, by endpoint. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    tallies.forEach((endpoint, tally) -> counts.put(endpoint, tally.denied.sum()));
    return counts;
  }

  /** Tells of each endpoint how many different subjects were denied since {@link #beginMinute}. */
  void tellSubjects(BiConsumer<String, Long> deniedSubjects) {
    tallies.forEach(
        (endpoint, tally) -> deniedSubjects.accept(endpoint, tally.subjects.estimate()));
  }

  void beginMinute() {
    tallies.values().forEach(tally -> tally.subjects = new HyperLogLog(REGISTERS));
  }

  int size() {
    return tallies.size();
  }
}
