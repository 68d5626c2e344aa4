package dev.forebay.redis;

import java.time.Duration;

/**
 * Counts of one {@link Redis} since it was created.
 *
 * @param attempts connection attempts, successful or not
 * @param failures attempts that failed
 * @param reconnections connections established after an earlier one was lost
 * @param disconnectedTime total time without a connection, the present outage included
 */
public record ConnectionStatistics(
    long attempts, long failures, long reconnections, Duration disconnectedTime) {}
