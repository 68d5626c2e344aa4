package dev.forebay.marketplace.catalog;

/** An item in full. */
public record Item(ItemCard card, String description) {}
