package dev.forebay.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What is a contestant's own for one case, and empty.
 *
 * @param redis {@code redis://127.0.0.1:port/database}; the three databases after it are its own too
 * @param jdbc a schema in PostgreSQL, or null where the suite has none
 */
record Address(String redis, @Nullable String jdbc) {}
