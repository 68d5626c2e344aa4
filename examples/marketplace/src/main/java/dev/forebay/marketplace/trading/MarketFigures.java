package dev.forebay.marketplace.trading;

/** The size of the market. */
public record MarketFigures(long items, long people, long trades, long credits) {}
