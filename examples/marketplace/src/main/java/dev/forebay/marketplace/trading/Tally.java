package dev.forebay.marketplace.trading;

/** Trades of the last 30 days in one category or place. */
public record Tally(int id, long trades) {}
