package dev.forebay;

import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ConnectionStatistics;
import dev.forebay.redis.ServerInfo;
import java.util.Optional;

/**
 * How one service does.
 *
 * @param status the verdict
 * @param connection whether Redis can be reached now
 * @param fallback whether the service does without Redis at the moment, although it is configured
 * @param hitRate hits as a share of all reads of this instance, from 0 to 1; 0 for a service that
 *     reads nothing
 * @param connections attempts and outages of this instance
 * @param server what the Redis server reports; empty if it cannot be asked
 */
public record ServiceHealth(
    HealthStatus status,
    ConnectionState connection,
    boolean fallback,
    double hitRate,
    ConnectionStatistics connections,
    Optional<ServerInfo> server) {}
