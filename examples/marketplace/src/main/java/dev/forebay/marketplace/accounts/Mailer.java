package dev.forebay.marketplace.accounts;

import java.time.Duration;

/** Sends mail. */
public interface Mailer {

  /**
   * Sends somebody the link that sets a new password: a secret. Returns at once.
   *
   * @param path within the market, with its token
   */
  void sendResetLink(EmailAddress to, String path, Duration validFor);
}
