/** The suite of the session store. */
@NullMarked
package dev.forebay.benchmarks.sessions;

import org.jspecify.annotations.NullMarked;
