package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.InvalidInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Opens the account of the operator in a market that has none, and tells its password once, unless it was given. */
@Component
class FirstOperator implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(FirstOperator.class);
  private static final int GENERATED_CHARACTERS = 20; // 120 random bits

  private final AccountQueries accounts;
  private final SignUp signUp;
  private final Passwords passwords;
  private final Catalog catalog;
  private final String email;
  private final String givenPassword;

  FirstOperator(
      AccountQueries accounts,
      SignUp signUp,
      Passwords passwords,
      Catalog catalog,
      @Value("${marketplace.operator.email}") String email,
      @Value("${marketplace.operator.password:}") String givenPassword) {
    this.accounts = accounts;
    this.signUp = signUp;
    this.passwords = passwords;
    this.catalog = catalog;
    this.email = email;
    this.givenPassword = givenPassword;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (accounts.isThereAnOperator()) {
      return;
    }
    boolean generated = givenPassword.isEmpty();
    String password = generated ? Tokens.next().substring(0, GENERATED_CHARACTERS) : givenPassword;
    try {
      open(password);
    } catch (AddressTaken e) {
      if (accounts.isThereAnOperator()) {
        return; // another instance, started together with this one, was faster and tells
      }
      log.warn("There is no operator, as {} is the address of a member already", email);
      return;
    }
    if (generated) {
      log.info("The operator's account: {} with password {} (told only now)", email, password);
    } else {
      log.info("The operator's account: {} with the password given", email);
    }
  }

  private void open(String password) {
    try {
      signUp.open(
          "Market operator",
          EmailAddress.parse(email),
          catalog.places().all().get(0).id(),
          passwords.hash(password),
          Role.OPERATOR,
          0);
    } catch (InvalidInput e) {
      throw new IllegalStateException(
          "The operator's account cannot be opened. %s Mend marketplace.operator.%s, or leave it out."
              .formatted(e.getMessage(), e.field()),
          e);
    }
  }
}
