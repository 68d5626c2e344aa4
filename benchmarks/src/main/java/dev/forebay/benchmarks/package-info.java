/**
 * Measures Forebay beside its floors and its peers: on one server, in turns, each in a JVM of its
 * own. A {@link dev.forebay.benchmarks.Suite} names the cases and the contestants; the rest is
 * machinery.
 */
@NullMarked
package dev.forebay.benchmarks;

import org.jspecify.annotations.NullMarked;
