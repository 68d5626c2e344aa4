package dev.forebay.limits;

import java.time.Duration;

/**
 * How an instance takes permits in advance.
 *
 * @param permits at once, 1 or more
 * @param time for which it hands them out
 */
record Leasing(long permits, Duration time) {}
