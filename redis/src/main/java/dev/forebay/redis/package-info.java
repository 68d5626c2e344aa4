/**
 * The floor: settings, connection and availability of Redis, failures, and codecs.
 *
 * <p>{@link dev.forebay.redis.Redis} is the connection; everything that a feature sends through it
 * goes by {@code dev.forebay.redis.spi}.
 */
@NullMarked
package dev.forebay.redis;

import org.jspecify.annotations.NullMarked;
