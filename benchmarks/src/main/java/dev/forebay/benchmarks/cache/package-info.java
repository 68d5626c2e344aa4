/** The suites of the cache: remote hits and writes, a cache in the process, stampedes, instances. */
@NullMarked
package dev.forebay.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
