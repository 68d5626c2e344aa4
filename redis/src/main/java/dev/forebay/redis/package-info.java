/** The floor: settings, connection and availability of Redis, key naming and codecs. */
@NullMarked
package dev.forebay.redis;

import org.jspecify.annotations.NullMarked;
