package dev.forebay.marketplace.payments;

import java.util.UUID;

/**
 * A charge of a card.
 *
 * @param key tells it from others of the same person
 * @param token of the card
 * @param done whether the credits were added
 */
record Charge(long person, UUID key, String token, int credits, boolean done) {

  /** Returns the key by which the processor makes it once, however often it is asked. */
  String idempotencyKey() {
    return person + ":" + key;
  }

  @Override
  public String toString() {
    return "Charge[%s, %d credits]".formatted(key, credits);
  }
}
