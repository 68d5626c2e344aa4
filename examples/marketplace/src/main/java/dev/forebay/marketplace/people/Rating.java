package dev.forebay.marketplace.people;

import java.time.Instant;

/** What one side of a trade said of the other. */
public record Rating(long raterId, int stars, String comment, String itemTitle, Instant ratedAt) {}
