/** The facade: one object, connected once, that hands out every service. */
@NullMarked
package dev.forebay;

import org.jspecify.annotations.NullMarked;
