/** How often what may be done: the limits of each kind of request, and what the operator sees of them. */
@NullMarked
package dev.forebay.marketplace.limiting;

import org.jspecify.annotations.NullMarked;
