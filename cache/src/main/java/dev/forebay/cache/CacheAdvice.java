package dev.forebay.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A recommendation for one cache, in words. What is recommended follows from figures alone; each
 * {@link Topic} says by which thresholds.
 *
 * @param severity how much it matters
 * @param topic what it is about
 * @param cache the cache's name
 * @param seen what was seen, with its figures; it may hold text of a key
 * @param cure what to do about it
 */
public record CacheAdvice(Severity severity, Topic topic, String cache, String seen, String cure) {

  private static final long ENOUGH = 1_000;
  private static final long ENOUGH_EVENTS = 20;
  private static final double LOW_HIT_RATE = 0.2;
  private static final double MANY_EXPIRED = 0.2;
  private static final double CHEAP_LOAD = 2;
  private static final double HOT_SHARE = 0.2;
  private static final double HOT_READS_PER_SECOND = 100;
  private static final double BIG_VALUE = 64 * 1024;
  private static final double COMPRESSIBLE_VALUE = 1024;
  private static final long SLOW_LOAD_MICROS = 500_000;
  private static final double MANY_FAILURES = 0.01;
  private static final double MANY_NEGATIVES = 0.5;

  /** How much an advice matters. */
  public enum Severity {
    /** Something does not work as it should. */
    PROBLEM,
    /** The cache costs more, or saves less, than it needs to. */
    IMPROVEMENT,
    /** Worth a look. */
    HINT
  }

  /** What an advice is about, and when it is given: from 1,000 reads on, unless it says otherwise. */
  public enum Topic {
    /** More than 1 % of the reads met a failure of Redis. */
    FAILURES,
    /** More than 1 % of the values found could not be read, and 20 at least. */
    CORRUPTIONS,
    /** More than 20 % of the misses, and 100 at least, came within one time to live after expiry. */
    TTL_TOO_SHORT,
    /** Less than 20 % hits, and a load takes less than twice the time of a read from Redis. */
    NOT_WORTH_IT,
    /** One key has more than 20 % of the reads, surely, and there are 100 reads a second or more. */
    KEY_TOO_HOT,
    /** Values of more than 64 KiB on average, of 100 read or written. */
    VALUES_TOO_BIG,
    /** Values of 1 KiB or more on average, of 100 read or written, without compression. */
    COMPRESSION_OFF,
    /** One load in a hundred takes more than half a second; from 20 loads on. */
    LOADER_SLOW,
    /** More than half of the hits say that the source has nothing. */
    NEGATIVES_FREQUENT
  }

  /** Returns what is to be recommended, the gravest first. Depends on its argument alone. */
  public static List<CacheAdvice> on(CacheEvidence evidence) {
    List<CacheAdvice> advice = new ArrayList<>();
    CacheStatistics statistics = evidence.statistics();
    if (statistics.reads() >= ENOUGH) {
      failures(evidence, advice);
      corruptions(evidence, advice);
      hitsAndMisses(evidence, advice);
      negatives(evidence, advice);
    }
    hotKey(evidence, advice);
    sizes(evidence, advice);
    slowLoader(evidence, advice);
    advice.sort(Comparator.comparing(CacheAdvice::severity).thenComparing(CacheAdvice::topic));
    return List.copyOf(advice);
  }

  private static void failures(CacheEvidence evidence, List<CacheAdvice> advice) {
    CacheStatistics statistics = evidence.statistics();
    double share = CacheStatistics.share(statistics.failures(), statistics.reads());
    if (share > MANY_FAILURES) {
      advice.add(
          new CacheAdvice(
              Severity.PROBLEM,
              Topic.FAILURES,
              evidence.cache(),
              text(
                  "%,d failures of Redis for %,d reads", statistics.failures(), statistics.reads()),
              "Look at the log for their cause: outages, time-outs, or commands that Redis refuses. Callers were served from the source."));
    }
  }

  private static void corruptions(CacheEvidence evidence, List<CacheAdvice> advice) {
    CacheStatistics statistics = evidence.statistics();
    long found = statistics.hits() + statistics.corruptions();
    if (statistics.corruptions() >= ENOUGH_EVENTS
        && CacheStatistics.share(statistics.corruptions(), found) > MANY_FAILURES) {
      advice.add(
          new CacheAdvice(
              Severity.PROBLEM,
              Topic.CORRUPTIONS,
              evidence.cache(),
              text("%,d of %,d values found could not be read", statistics.corruptions(), found),
              "See that all instances have the same value type and encryption keys, and that nothing else writes under these keys."));
    }
  }

  private static void hitsAndMisses(CacheEvidence evidence, List<CacheAdvice> advice) {
    CacheStatistics statistics = evidence.statistics();
    double loadMicros = statistics.loadMicros().mean();
    double readMicros = statistics.readMicros().mean();
    if (statistics.hitRate() < LOW_HIT_RATE
        && loads(statistics) >= ENOUGH_EVENTS
        && readMicros > 0
        && loadMicros < CHEAP_LOAD * readMicros) {
      advice.add(new CacheAdvice(
          Severity.IMPROVEMENT,
          Topic.NOT_WORTH_IT,
          evidence.cache(),
          text(
              "%.0f %% hits of %,d reads; a load takes %s, a read from Redis %s",
              100 * statistics.hitRate(), statistics.reads(), time(loadMicros), time(readMicros)),
          "Read from the source without this cache; switch it to shadow first and compare."));
      return; // a longer time to live would not make it worth it
    }
    long misses = statistics.misses();
    if (statistics.expiredLately() >= ENOUGH / 10
        && CacheStatistics.share(statistics.expiredLately(), misses) > MANY_EXPIRED) {
      advice.add(
          new CacheAdvice(
              Severity.IMPROVEMENT,
              Topic.TTL_TOO_SHORT,
              evidence.cache(),
              text(
                  "%,d of %,d misses were of entries that had expired within one more time to live",
                  statistics.expiredLately(), misses),
              "Double the time to live, and delete entries when their source changes; or let it serve stale values while one caller refreshes."));
    }
  }

  private static void negatives(CacheEvidence evidence, List<CacheAdvice> advice) {
    CacheStatistics statistics = evidence.statistics();
    double share = CacheStatistics.share(statistics.negatives(), statistics.hits());
    if (share > MANY_NEGATIVES) {
      advice.add(
          new CacheAdvice(
              Severity.HINT,
              Topic.NEGATIVES_FREQUENT,
              evidence.cache(),
              text(
                  "%.0f %% of %,d hits say that the source has nothing",
                  100 * share, statistics.hits()),
              "Find out who asks for what is not there: a broken link, a scan of ids, a key built wrongly. Give such results a short time to live of their own."));
    }
  }

  private static void hotKey(CacheEvidence evidence, List<CacheAdvice> advice) {
    HotKeys hot = evidence.hotKeys();
    if (hot.top().isEmpty() || hot.readsPerSecond() < HOT_READS_PER_SECOND) {
      return;
    }
    HotKeys.HotKey hottest = hot.top().get(0);
    double surely = (hottest.readsPerSecond() - hottest.error()) / hot.readsPerSecond();
    if (surely > HOT_SHARE) {
      advice.add(
          new CacheAdvice(
              Severity.IMPROVEMENT,
              Topic.KEY_TOO_HOT,
              evidence.cache(),
              text(
                  "'%s' has %.0f %% of the reads: %,.0f of %,.0f a second in this instance",
                  hottest.name(),
                  100 * Math.min(1, hottest.readsPerSecond() / hot.readsPerSecond()),
                  hottest.readsPerSecond(),
                  hot.readsPerSecond()),
              "Keep its value in the application for a moment, in a field of its own; or read this cache from replicas, by readFromReplicas(), if it may be outdated. One key is on one server, so that a cluster does not spread it."));
    }
  }

  private static void sizes(CacheEvidence evidence, List<CacheAdvice> advice) {
    CacheStatistics statistics = evidence.statistics();
    Distribution sizes = statistics.bytesRead().plus(statistics.bytesWritten());
    if (sizes.count() < ENOUGH / 10) {
      return;
    }
    String seen = text(
        "values of %s on average, %s at most%s",
        bytes(sizes.mean()), bytes((double) sizes.largest()), inRedis(evidence.inventory()));
    if (sizes.mean() > BIG_VALUE) {
      advice.add(new CacheAdvice(
          Severity.IMPROVEMENT,
          Topic.VALUES_TOO_BIG,
          evidence.cache(),
          seen,
          (evidence.compressed() ? "Cache" : "Compress them, and cache")
              + " only what readers need: split values by use, lists into pages and their items."));
    } else if (!evidence.compressed() && sizes.mean() >= COMPRESSIBLE_VALUE) {
      advice.add(
          new CacheAdvice(
              Severity.IMPROVEMENT,
              Topic.COMPRESSION_OFF,
              evidence.cache(),
              seen + ", not compressed",
              "Compress them, by compression(Compression.lz4()), unless they are compressed already, as images are."));
    }
  }

  private static void slowLoader(CacheEvidence evidence, List<CacheAdvice> advice) {
    Distribution times = evidence.statistics().loadMicros();
    // A quantile is told by the top of its bucket; what is in it surely takes half of that.
    long surely = (times.quantile(0.99) + 1) / 2;
    if (times.count() >= ENOUGH_EVENTS && surely >= SLOW_LOAD_MICROS) {
      advice.add(
          new CacheAdvice(
              Severity.HINT,
              Topic.LOADER_SLOW,
              evidence.cache(),
              text(
                  "one load in a hundred takes %s or more, %s on average",
                  time((double) surely), time(times.mean())),
              "Look at what the loader does, a query without an index say. Meanwhile refresh entries ahead, serve stale ones while one caller loads, and bound the loader's time."));
    }
  }

  private static long loads(CacheStatistics statistics) {
    return statistics.loads() + statistics.loadFailures();
  }

  private static String inRedis(CacheInventory inventory) {
    return inventory.entries() == 0
        ? ""
        : text("; %,d entries take %s", inventory.entries(), bytes((double) inventory.bytes()));
  }

  private static String time(double micros) {
    return micros < 1_000
        ? text("%.0f µs", micros)
        : micros < 1_000_000 ? text("%.1f ms", micros / 1e3) : text("%.1f s", micros / 1e6);
  }

  private static String bytes(double bytes) {
    return bytes < 10 * 1024
        ? text("%,.0f bytes", bytes)
        : bytes < 10 * 1024 * 1024
            ? text("%,.0f KiB", bytes / 1024)
            : text("%,.0f MiB", bytes / 1024 / 1024);
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}
