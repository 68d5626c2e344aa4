package dev.forebay.marketplace.catalog;

/** The prices within a search, in credits; all zero where nothing was found. */
public record PriceFigures(int lowest, int median, int highest, long items) {}
