package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.PasswordReset;

/**
 * What the page shows that asks for a link.
 *
 * @param sent whether it was asked for, by somebody who has an account or not
 */
public record ForgotPasswordPage(String email, boolean sent, FormProblem problem) {

  public long minutes() {
    return PasswordReset.VALID_FOR.toMinutes();
  }
}
