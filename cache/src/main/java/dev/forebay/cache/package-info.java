/** Read-through cache on Redis. */
@NullMarked
package dev.forebay.cache;

import org.jspecify.annotations.NullMarked;
