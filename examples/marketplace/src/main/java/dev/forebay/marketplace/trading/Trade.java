package dev.forebay.marketplace.trading;

import java.time.Instant;

/** An item that changed hands. */
public record Trade(
    long itemId,
    String itemTitle,
    int categoryId,
    long sellerId,
    long buyerId,
    int price,
    Instant tradedAt) {}
