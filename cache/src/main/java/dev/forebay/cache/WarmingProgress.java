package dev.forebay.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far the warming of a cache has come.
 *
 * @param cache the name of the cache
 * @param done keys that were looked at, those that were cached already or have no value included
 * @param total keys in all, where that is known
 * @param loaded values that were loaded and handed to the cache
 * @param failed keys whose batch failed; they are loaded when somebody asks for them
 * @param elapsed the time since the beginning
 * @param ended whether this is the last report; fewer done than there are keys means that it was
 *     stopped
 */
public record WarmingProgress(
    String cache,
    long done,
    OptionalLong total,
    long loaded,
    long failed,
    Duration elapsed,
    boolean ended) {

  /** Returns the keys done per second, from the beginning on; 0 at the beginning. */
  public double rate() {
    return elapsed.isZero() ? 0 : done * 1e9 / elapsed.toNanos();
  }

  /** Returns the time that the rest will take at that rate, where that can be said. */
  public Optional<Duration> remaining() {
    if (total.isEmpty() || done == 0) {
      return Optional.empty();
    }
    double nanos = Math.max(0, total.getAsLong() - done) * (double) elapsed.toNanos() / done;
    return Optional.of(Duration.ofNanos((long) nanos));
  }
}
