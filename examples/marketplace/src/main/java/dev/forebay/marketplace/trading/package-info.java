/** What happens between people: trades, questions, and the figures of the market. */
@NullMarked
package dev.forebay.marketplace.trading;

import org.jspecify.annotations.NullMarked;
