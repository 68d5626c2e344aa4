package dev.forebay.marketplace.payments;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Stands in for the company that charges cards: it takes any card, and every charge succeeds. */
@Component
class CardProcessor {

  private static final Logger log = LoggerFactory.getLogger(CardProcessor.class);
  private static final int TOKEN_BYTES = 24;

  private final SecureRandom random = new SecureRandom();
  private final Set<String> charged = ConcurrentHashMap.newKeySet();

  /** Exchanges a card for a token, by which this shop alone can charge it. */
  String tokenFor(CardNumber number) {
    byte[] bits = new byte[TOKEN_BYTES];
    random.nextBytes(bits);
    log.debug("A token was made for {}", number);
    return "tok_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Makes a charge; does nothing if one of the same idempotency key has been made. */
  void charge(Charge charge) {
    if (!charge.token().startsWith("tok_")) {
      throw new IllegalArgumentException("The processor knows no such token");
    }
    if (charged.add(charge.idempotencyKey())) {
      log.debug("A card was charged for {} credits", charge.credits());
    }
  }
}
