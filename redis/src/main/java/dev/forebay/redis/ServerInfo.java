package dev.forebay.redis;

import java.time.Duration;

/**
 * What a Redis server reports of itself.
 *
 * @param version the server's version, such as {@code 7.2.4}
 * @param uptime how long the server process runs, to the second
 * @param usedMemoryBytes memory that its allocator holds now
 * @param peakMemoryBytes the highest it ever held
 * @param maxMemoryBytes the limit it is configured with; 0 for none
 * @param maxMemoryPolicy what it does at the limit, {@code noeviction} say
 * @param keys keys in the selected database, those of other applications included
 */
public record ServerInfo(
    String version,
    Duration uptime,
    long usedMemoryBytes,
    long peakMemoryBytes,
    long maxMemoryBytes,
    String maxMemoryPolicy,
    long keys) {}
