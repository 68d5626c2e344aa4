/** Test kit: a name space per test on a shared real Redis, on any topology, a proxy that fails on demand, and a clock that a test steps. */
@NullMarked
package dev.forebay.testing;

import org.jspecify.annotations.NullMarked;
