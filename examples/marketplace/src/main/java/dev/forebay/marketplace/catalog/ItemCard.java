package dev.forebay.marketplace.catalog;

import java.time.Instant;

/** What lists show of an item. Lists hold ids only; cards come by id, so a new price is seen in every list at once. */
public record ItemCard(
    long id,
    long sellerId,
    int categoryId,
    int placeId,
    String title,
    Condition condition,
    int price,
    boolean available,
    Instant listedAt) {}
