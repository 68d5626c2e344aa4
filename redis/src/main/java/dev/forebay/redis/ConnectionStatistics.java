package dev.forebay.redis;

import java.time.Duration;

/**
 * Counts of one {@link Redis} since it was created.
 *
 * @param activeConnections 1 while connected, else 0; a cluster counts as one
 * @param attempts connection attempts, successful or not
 * @param failures attempts that failed
 * @param reconnections connections established after an earlier one was lost
 * @param suspensions how often a server that hung was suspended
 * @param unavailableTime total time without a connection or suspended, now included
 * @param timeouts commands without a reply within the command time-out
 * @param rejections commands that failed at once, because Redis was away or suspended
 * @param errors commands that Redis answered with an error
 */
public record ConnectionStatistics(
    int activeConnections,
    long attempts,
    long failures,
    long reconnections,
    long suspensions,
    Duration unavailableTime,
    long timeouts,
    long rejections,
    long errors) {

  /** Returns counts that are all zero. */
  public static ConnectionStatistics zero() {
    return new ConnectionStatistics(0, 0, 0, 0, 0, Duration.ZERO, 0, 0, 0);
  }
}
