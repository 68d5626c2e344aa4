/**
 * What Forebay's features need from the floor. Not for applications: it changes between releases
 * without notice.
 */
@NullMarked
package dev.forebay.redis.spi;

import org.jspecify.annotations.NullMarked;
