/** Who may sign in: accounts, their passwords, and how a forgotten one is replaced. */
@NullMarked
package dev.forebay.marketplace.accounts;

import org.jspecify.annotations.NullMarked;
