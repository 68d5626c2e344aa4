package dev.forebay.marketplace.catalog;

import java.time.Instant;

/** One change of an item's price, in credits. */
public record PriceChange(int oldPrice, int newPrice, Instant changedAt) {}
