package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.catalog.InvalidInput;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** Sets a new password for who can read the mail of an account: by a link that works once, for half an hour. */
@Service
public class PasswordReset {

  /** For how long a link works. */
  public static final Duration VALID_FOR = Duration.ofMinutes(30);

  private static final Logger log = LoggerFactory.getLogger(PasswordReset.class);

  private final ResetQueries resets;
  private final AccountQueries accounts;
  private final Passwords passwords;
  private final SignIn signIn;
  private final Mailer mailer;
  private final TransactionOperations transactions;

  PasswordReset(
      ResetQueries resets,
      AccountQueries accounts,
      Passwords passwords,
      SignIn signIn,
      Mailer mailer,
      TransactionOperations transactions) {
    this.resets = resets;
    this.accounts = accounts;
    this.passwords = passwords;
    this.signIn = signIn;
    this.mailer = mailer;
    this.transactions = transactions;
  }

  /**
   * Sends a link to an address, if it has an account. Tells nobody whether it has.
   *
   * @throws InvalidInput if it can be no address
   */
  public void request(String typed) {
    EmailAddress email = EmailAddress.parse(typed);
    String token = Tokens.next();
    resets.deleteExpired();
    if (resets.insert(Tokens.digest(token), email, VALID_FOR)) {
      mailer.sendResetLink(email, "/reset-password?token=" + token, VALID_FOR);
    }
  }

  /** Returns whether a link with that token would work now. */
  public boolean isValid(String token) {
    return resets.userOf(Tokens.digest(token)).isPresent();
  }

  /**
   * Sets a new password, and ends all sessions and other links of the account, whose address it returns. A password
   * that is refused leaves the link as it is.
   *
   * @throws InvalidInput if the password cannot be used
   * @throws LinkExpired if the link was used, is too old, or never was one
   */
  public EmailAddress complete(String token, String password) {
    if (!isValid(token)) {
      throw new LinkExpired();
    }
    String hash = passwords.hash(password);
    return Objects.requireNonNull(
        transactions.execute(transaction -> set(Tokens.digest(token), hash)));
  }

  private EmailAddress set(byte[] digest, String hash) {
    long user = resets.userOf(digest).orElseThrow(LinkExpired::new);
    accounts.lock(user); // two of its links may be used at the same time
    if (resets.userOf(digest).isEmpty()) {
      throw new LinkExpired();
    }
    signIn.endSessionsAfterCommit(user);
    EmailAddress email = accounts.changePassword(user, hash);
    resets.deleteOf(user);
    log.info("User {} has set a new password; what was signed in before is so no longer", user);
    return email;
  }
}
