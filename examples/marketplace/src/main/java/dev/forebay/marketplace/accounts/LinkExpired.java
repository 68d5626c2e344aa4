package dev.forebay.marketplace.accounts;

/** A link to set a new password does not work, or no longer. */
public final class LinkExpired extends RuntimeException {

  LinkExpired() {
    super(
        "This link was used already, or is older than %d minutes. Ask for another one."
            .formatted(PasswordReset.VALID_FOR.toMinutes()),
        null,
        false,
        false);
  }
}
