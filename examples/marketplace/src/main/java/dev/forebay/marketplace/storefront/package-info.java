/** Items as they are shown: put together from catalog, people and trades. */
@NullMarked
package dev.forebay.marketplace.storefront;

import org.jspecify.annotations.NullMarked;
