package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.payments.PaymentCard;
import dev.forebay.marketplace.people.Person;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a wallet shows.
 *
 * @param card what is saved; null for none
 * @param form what tells the form to add credits from another one
 * @param refused what was wrong with the form that was sent; null for nothing
 */
public record WalletPage(
    Person person,
    @Nullable PaymentCard card,
    List<Integer> amounts,
    String form,
    @Nullable InvalidInput refused) {

  private static final DateTimeFormatter EXPIRY = DateTimeFormatter.ofPattern("MM/yy");

  /** Returns the last month of the card, as cards have it. */
  public String expires() {
    return card == null ? "" : EXPIRY.format(card.expires());
  }

  /** Returns what is wrong with a field of the form; null for nothing. */
  public @Nullable String problem(String field) {
    return refused != null && refused.field().equals(field) ? refused.getMessage() : null;
  }
}
