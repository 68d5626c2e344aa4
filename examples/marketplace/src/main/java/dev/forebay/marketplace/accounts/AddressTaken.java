package dev.forebay.marketplace.accounts;

import org.springframework.dao.DuplicateKeyException;

/** There is an account of that e-mail address already. */
public final class AddressTaken extends RuntimeException {

  AddressTaken(DuplicateKeyException cause) {
    super(
        "There is an account with this address. Sign in, or set a new password.",
        cause,
        false,
        false);
  }
}
