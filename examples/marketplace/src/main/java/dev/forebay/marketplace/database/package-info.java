/** The PostgreSQL behind the market: {@code DATABASE_URL}, or a throwaway server of its own. */
@NullMarked
package dev.forebay.marketplace.database;

import org.jspecify.annotations.NullMarked;
