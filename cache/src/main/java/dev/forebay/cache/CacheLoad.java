package dev.forebay.cache;

import java.time.Duration;

/**
 * One call of a loader.
 *
 * @param loader the name of the class that the loader was written in
 * @param entry the name in Redis of the key, or of the first key, that was loaded; it holds text of
 *     the key
 * @param keys how many keys were loaded together, at least one
 * @param time how long it took
 * @param failed whether it threw
 */
public record CacheLoad(String loader, String entry, int keys, Duration time, boolean failed) {}
