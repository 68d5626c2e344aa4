/** Forebay and the Redis behind it: {@code REDIS_URL}, or a throwaway server of its own. */
@NullMarked
package dev.forebay.marketplace.caching;

import org.jspecify.annotations.NullMarked;
