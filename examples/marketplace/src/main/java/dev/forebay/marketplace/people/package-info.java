/** Who trades: people, what others say of them, and who is ahead. */
@NullMarked
package dev.forebay.marketplace.people;

import org.jspecify.annotations.NullMarked;
