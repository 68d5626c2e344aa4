/** The suite of the rate limiter. */
@NullMarked
package dev.forebay.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
