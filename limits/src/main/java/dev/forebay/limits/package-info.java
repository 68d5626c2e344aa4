/** Rate limits on Redis. */
@NullMarked
package dev.forebay.limits;

import org.jspecify.annotations.NullMarked;
