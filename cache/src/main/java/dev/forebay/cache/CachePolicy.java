package dev.forebay.cache;

import java.time.Duration;

/**
 * How a cache treats its entries.
 *
 * @param ttlJitter the share by which times to live are shortened at random, from 0 to 0.9
 * @param fromReplicas whether replicas are read, of which values may be outdated
 * @param audited whether all writes and deletions by callers are recorded
 */
record CachePolicy(Duration ttl, double ttlJitter, boolean fromReplicas, boolean audited) {}
