package dev.forebay.marketplace.payments;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.SensitiveData;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Purses;
import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.KeyRing;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Saves cards and charges them. What Redis holds of a card is encrypted, and bound to its user: a cache that could show
 * the token to whoever reads Redis is refused when the application starts. Safe for concurrent use.
 */
@Service
public class Wallets {

  /** The amounts that can be added to a purse at once, in credits. */
  public static final List<Integer> AMOUNTS = List.of(50, 100, 250, 500);

  private static final DateTimeFormatter EXPIRY = DateTimeFormatter.ofPattern("MM/yy");
  private static final int LONGEST_EXPIRY_YEARS = 20;
  private static final int LONGEST_FORM = 64;
  /** One for a charge that is in the way, one for the own, and one for what comes between. */
  private static final int ROUNDS = 3;

  private final CardQueries queries;
  private final ChargeQueries charges;
  private final CardProcessor processor;
  private final People people;
  private final Purses purses;
  private final TransactionOperations transactions;
  private final Cache<Long, Optional<PaymentCard>> cards;

  Wallets(
      Forebay forebay,
      KeyRing keys,
      CardQueries queries,
      ChargeQueries charges,
      CardProcessor processor,
      People people,
      Purses purses,
      TransactionOperations transactions) {
    this.queries = queries;
    this.charges = charges;
    this.processor = processor;
    this.people = people;
    this.purses = purses;
    this.transactions = transactions;
    cards = forebay
        .cache("payment-cards")
        .key("user:{user}:payment-card", Long.class)
        .value(JsonCodec.optionalOf(PaymentCard.class))
        .encrypted(keys)
        .sensitiveData(SensitiveData.REQUIRE_ENCRYPTION)
        .isolatedBy("user")
        .ttl(TtlClass.SHORT)
        .build();
  }

  /** Returns the card that a person has saved. */
  public Optional<PaymentCard> cardOf(long person) {
    return cards.getOrLoad(person, queries::find);
  }

  /**
   * Saves a card in place of the one before. Its number goes to the processor; only the token is kept.
   *
   * @param expires as cards have it, {@code 09/28}
   * @throws InvalidInput if one of them cannot be read, or the card has expired
   * @throws dev.forebay.marketplace.people.NoSuchPerson if there is nobody of that id
   */
  public void save(long person, String number, String expires) {
    people.person(person);
    CardNumber read = CardNumber.parse(number);
    YearMonth lastMonth = expiry(expires);
    PaymentCard card =
        new PaymentCard(processor.tokenFor(read), read.brand(), read.lastFour(), lastMonth);
    transactions.executeWithoutResult(transaction -> {
      AfterCommit.evict(cards, List.of(person));
      queries.save(person, card);
    });
  }

  /** Forgets the card that a person has saved, if there is one. */
  public void forget(long person) {
    transactions.executeWithoutResult(transaction -> {
      AfterCommit.evict(cards, List.of(person));
      queries.delete(person);
    });
  }

  /**
   * Charges the saved card of a person, and adds the credits to their purse: once for each form. If that failed
   * half-way, the next call completes what was begun, by the card that was saved then; it begins another charge only
   * for another amount.
   *
   * @param credits one of {@link #AMOUNTS}
   * @param form the idempotency key: tells one form from another; at most 64 characters
   * @return false if the form had been sent before
   * @throws InvalidInput if it is another amount, no form, no card that could be charged is saved, or several other calls
   *     charge for the person at this moment
   */
  public boolean addCredits(long person, long credits, String form) {
    int amount = AMOUNTS.stream()
        .filter(offered -> offered == credits)
        .findFirst()
        .orElseThrow(
            () -> new InvalidInput("credits", "Choose one of the amounts that are offered."));
    if (form.isEmpty() || form.length() > LONGEST_FORM) {
      throw new InvalidInput("credits", "The form was not sent whole. Send it from this page.");
    }
    PaymentCard card = cardOf(person)
        .orElseThrow(() -> new InvalidInput("credits", "Save a card first, to be charged."));
    if (card.expires().isBefore(thisMonth())) {
      throw new InvalidInput("credits", "The saved card has expired. Save another one.");
    }
    UUID key = keyOf(person, form, amount);
    for (int round = 0; round < ROUNDS; round++) {
      charges.begin(key, person, card.token(), amount);
      Optional<Charge> begun = charges.find(key, person);
      // Empty if another call has just completed the one that was in the way.
      if (begun.isPresent()) {
        Charge charge = begun.get();
        boolean added = !charge.done() && complete(charge, key, amount);
        if (charge.key().equals(key) || (added && charge.credits() == amount)) {
          return added;
        }
      }
    }
    throw new InvalidInput("credits", "Other charges are under way. Wait a moment, and try again.");
  }

  /**
   * Safe to repeat, by several instances at once too: the card is charged once, and the credits are added once.
   *
   * @param key of the form that asks, which is answered by this charge if it asks for as many credits
   * @return whether this call has added the credits
   */
  private boolean complete(Charge charge, UUID key, int amount) {
    processor.charge(charge);
    return Boolean.TRUE.equals(transactions.execute(transaction -> {
      boolean first = charges.finish(charge);
      if (first) {
        purses.add(charge.person(), charge.credits());
        if (!charge.key().equals(key) && charge.credits() == amount) {
          charges.noteCompletion(key, charge);
        }
      }
      return first;
    }));
  }

  /** Another one for each amount: a form has a button for each. Nobody's key is found by somebody else. */
  private static UUID keyOf(long person, String form, int amount) {
    String all = "%d:%d:%s".formatted(person, amount, form);
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
  }

  private static YearMonth expiry(String text) {
    YearMonth expires;
    try {
      expires = YearMonth.parse(text.strip(), EXPIRY);
    } catch (DateTimeParseException e) {
      throw new InvalidInput("expires", "Write the month as the card has it, such as 09/28.");
    }
    if (expires.isBefore(thisMonth())
        || expires.isAfter(thisMonth().plusYears(LONGEST_EXPIRY_YEARS))) {
      throw new InvalidInput("expires", "The card has expired, or the month is mistyped.");
    }
    return expires;
  }

  private static YearMonth thisMonth() {
    return YearMonth.now(ZoneOffset.UTC);
  }
}
