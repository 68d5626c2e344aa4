/** Starts real redis-servers as child processes of this JVM, one, a Sentinel set or a Cluster, and never leaves them behind. */
@NullMarked
package dev.forebay.embedded;

import org.jspecify.annotations.NullMarked;
