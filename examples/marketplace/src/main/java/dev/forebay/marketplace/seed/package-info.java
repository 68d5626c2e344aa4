/** Fills an empty database with a plausible marketplace: the same one each time. */
@NullMarked
package dev.forebay.marketplace.seed;

import org.jspecify.annotations.NullMarked;
