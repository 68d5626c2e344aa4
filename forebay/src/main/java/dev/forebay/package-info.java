/**
 * The facade: {@link dev.forebay.Forebay}, connected once, hands out every service.
 */
@NullMarked
package dev.forebay;

import org.jspecify.annotations.NullMarked;
