/** Starts a real redis-server as a child process of this JVM and never leaves it behind. */
@NullMarked
package dev.forebay.embedded;

import org.jspecify.annotations.NullMarked;
