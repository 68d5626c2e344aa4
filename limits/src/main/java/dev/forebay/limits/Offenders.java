package dev.forebay.limits;

import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.redis.spi.SpaceSaving;
import dev.forebay.redis.spi.StableHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is denied most, for an instance. Safe for concurrent use. A denial never waits: one that meets
 * another at the same moment may be left out here, though never of the counts. Holds {@value
 * #COUNTERS} subjects three times at most, each of 128 characters.
 */
final class Offenders {

  static final int COUNTERS = 1_024;

  private static final int LONGEST_SUBJECT = 128;
  private static final int SHOWN_OF_LONGER = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private SpaceSaving minute = new SpaceSaving(COUNTERS); // guarded by lock
  private SpaceSaving minuteBefore = new SpaceSaving(COUNTERS); // guarded by lock
  private SpaceSaving unflushed = new SpaceSaving(COUNTERS); // guarded by lock

  /** A subject was denied. */
  void count(String limiter, String subject) {
    String name = limiter + ' ' + shown(subject); // no limiter's name holds a space
    if (lock.tryLock()) {
      try {
        minute.add(name);
        unflushed.add(name);
      } finally {
        lock.unlock();
      }
    }
  }

  private static String shown(String subject) {
    return subject.length() <= LONGEST_SUBJECT
        ? subject
        : subject.substring(0, SHOWN_OF_LONGER) + "~%016x".formatted(StableHash.of(subject));
  }

  /** Returns who was denied most in this minute and the one before. */
  List<Offender> top(int limit) {
    Map<String, Long> sums = new HashMap<>();
    lock.lock();
    try {
      addTo(sums, minute);
      addTo(sums, minuteBefore);
    } finally {
      lock.unlock();
    }
    return offenders(sums).stream().limit(limit).toList();
  }

  /** Returns who was denied most in this minute. */
  List<Offender> topOfMinute(int limit) {
    Map<String, Long> sums = new HashMap<>();
    lock.lock();
    try {
      addTo(sums, minute);
    } finally {
      lock.unlock();
    }
    return offenders(sums).stream().limit(limit).toList();
  }

  void beginMinute() {
    lock.lock();
    try {
      minuteBefore = minute;
      minute = new SpaceSaving(COUNTERS);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how often subjects were denied since the last call, by limiter and subject. */
  Map<String, Map<String, Long>> drain() {
    Map<String, Long> sums = new HashMap<>();
    lock.lock();
    try {
      if (unflushed.total() == 0) {
        return Map.of();
      }
      addTo(sums, unflushed);
      unflushed = new SpaceSaving(COUNTERS);
    } finally {
      lock.unlock();
    }
    Map<String, Map<String, Long>> byLimiter = new HashMap<>();
    offenders(sums)
        .forEach(offender -> byLimiter
            .computeIfAbsent(offender.limiter(), any -> new HashMap<>())
            .put(offender.subject(), offender.denied()));
    return byLimiter;
  }

  /** What a counter took over from another subject is left out: nobody is blamed for it. */
  private static void addTo(Map<String, Long> sums, SpaceSaving names) {
    for (SpaceSaving.Count counted : names.top(COUNTERS)) {
      sums.merge(counted.name(), counted.count() - counted.error(), Long::sum);
    }
  }

  private static List<Offender> offenders(Map<String, Long> sums) {
    List<Offender> offenders = new ArrayList<>(sums.size());
    sums.forEach((name, denied) -> {
      int space = name.indexOf(' ');
      offenders.add(new Offender(name.substring(0, space), name.substring(space + 1), denied));
    });
    offenders.sort(Comparator.comparingLong(Offender::denied)
        .reversed()
        .thenComparing(Offender::limiter)
        .thenComparing(Offender::subject));
    return offenders;
  }

  /** Returns how many subjects are held, counting those twice that are held twice. */
  int held() {
    lock.lock();
    try {
      return minute.size() + minuteBefore.size() + unflushed.size();
    } finally {
      lock.unlock();
    }
  }
}
