package dev.forebay.marketplace.payments;

import dev.forebay.cache.Sensitive;
import java.time.YearMonth;

/**
 * A saved card.
 *
 * @param token by which the processor knows it; whoever has it can charge the card
 * @param lastFour the last digits of its number, to tell it from others
 * @param expires the last month in which it can be charged
 */
public record PaymentCard(
    @Sensitive String token, String brand, String lastFour, YearMonth expires) {

  /** Leaves the token out. */
  @Override
  public String toString() {
    return brand + " ending in " + lastFour;
  }
}
