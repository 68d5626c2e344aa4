package dev.forebay.marketplace.trading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A public question on an item, and the seller's answer if there is one. */
public record Question(
    long authorId,
    String body,
    Instant sentAt,
    @Nullable String answer,
    @Nullable Instant answeredAt) {}
