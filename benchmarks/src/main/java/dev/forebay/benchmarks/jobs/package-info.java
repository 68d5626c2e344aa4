/** The suite of the job queue. */
@NullMarked
package dev.forebay.benchmarks.jobs;

import org.jspecify.annotations.NullMarked;
