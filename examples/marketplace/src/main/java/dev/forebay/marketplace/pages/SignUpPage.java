package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.SignUp;
import dev.forebay.marketplace.catalog.Places;

/** What the page shows where people join. Its form keeps what was typed, but for the password. */
public record SignUpPage(SignUp.Form form, Places places, FormProblem problem) {

  public int welcomeCredits() {
    return SignUp.WELCOME_CREDITS;
  }
}
