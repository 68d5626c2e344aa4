package dev.forebay.cache;

import dev.forebay.redis.spi.Envelope;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A value that Redis had, and how old it is.
 *
 * @param freshUntilMillis ms since epoch; 0 for as long as it is there
 */
record Cached<V>(V value, Freshness freshness, long freshUntilMillis, long loadCostMicros) {

  enum Freshness {
    FRESH,
    /** To be served while one caller refreshes it. */
    STALE,
    /** To be served if the loader fails. */
    EXPIRED
  }

  /**
   * Returns an entry as this instance may serve it, or null if it must not by any means: how long an
   * entry is kept says who stored it, an instance of another release perhaps.
   */
  static <V> @Nullable Cached<V> of(Envelope<V> envelope, CachePolicy<?, V> policy) {
    Envelope.Meta meta = envelope.meta();
    long late = meta.softExpiryMillis() == 0
        ? Long.MIN_VALUE
        : System.currentTimeMillis() - meta.softExpiryMillis();
    Freshness freshness;
    if (late < 0) {
      freshness = Freshness.FRESH;
    } else if (late < policy.staleFor().toMillis()) {
      freshness = Freshness.STALE;
    } else if (late < policy.staleOnErrorFor().toMillis()) {
      freshness = Freshness.EXPIRED;
    } else {
      return null;
    }
    return new Cached<>(
        envelope.value(), freshness, meta.softExpiryMillis(), meta.loadCostMicros());
  }

  /** Returns whether it may be served though no loader has failed. */
  boolean isUsable() {
    return freshness != Freshness.EXPIRED;
  }

  /**
   * Returns whether the reader should refresh the entry before it is stale: the more likely, the
   * nearer that is and the longer a load takes, so that of many readers about one does in time. After
   * A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
   * VLDB 2015.
   *
   * @param eagerness 1 is their optimum; 0 for never
   */
  boolean isDueEarly(double eagerness) {
    if (eagerness == 0 || freshUntilMillis == 0) {
      return false;
    }
    double ahead = loadCostMicros
        / 1000.0
        * eagerness
        * -Math.log(1 - ThreadLocalRandom.current().nextDouble());
    return System.currentTimeMillis() + ahead >= freshUntilMillis;
  }
}
