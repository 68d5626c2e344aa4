package dev.forebay.marketplace.payments;

import java.util.UUID;

/**
 * A charge of a card.
 *
 * @param key by which the processor makes it once, however often it is asked
 * @param token of the card
 * @param done whether the credits were added
 */
record Charge(UUID key, String token, int credits, boolean done) {

  @Override
  public String toString() {
    return "Charge[%s, %d credits]".formatted(key, credits);
  }
}
