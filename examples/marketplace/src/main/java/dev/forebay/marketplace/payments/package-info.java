/** How people pay for credits: by a saved card, of which the market keeps a token only. */
@NullMarked
package dev.forebay.marketplace.payments;

import org.jspecify.annotations.NullMarked;
