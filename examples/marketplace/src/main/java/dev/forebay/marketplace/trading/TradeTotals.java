package dev.forebay.marketplace.trading;

/** What a person has traded so far, in items and in credits. */
public record TradeTotals(long sold, long bought, long earned, long spent) {}
