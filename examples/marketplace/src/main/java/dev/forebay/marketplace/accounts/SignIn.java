package dev.forebay.marketplace.accounts;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.marketplace.catalog.InvalidInput;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/**
 * Checks who somebody is. Whether the address is unknown or the password wrong cannot be told from the answer, nor from
 * the time it takes. How often it may be tried is said by the limits of the request.
 */
@Service
public class SignIn {

  private final Passwords passwords;
  private final AccountQueries accounts;
  private final Cache<Long, Integer> versions;

  SignIn(Forebay forebay, Passwords passwords, AccountQueries accounts) {
    this.passwords = passwords;
    this.accounts = accounts;
    versions = forebay
        .cache("account-versions")
        .key("user:{id}:account-version", Long.class)
        .value(Integer.class)
        .ttl(TtlClass.SHORT)
        .build();
  }

  /** Returns who has this address and this password; empty if nobody has. */
  public Optional<SignedIn> attempt(String email, String password) {
    Optional<Account> account = find(email);
    if (!passwords.matches(password, account.map(Account::passwordHash).orElse(null))) {
      return Optional.empty();
    }
    account
        .filter(known -> passwords.isOutdated(known.passwordHash()))
        .ifPresent(known -> accounts.rehash(known, passwords.hash(password)));
    return account.map(Account::signedIn);
  }

  /** Returns whether somebody who signed in is still to be known: not once the password is another one. */
  public boolean holds(SignedIn who) {
    return versions.getOrLoad(who.userId(), user -> accounts.version(user).orElse(0))
        == who.version();
  }

  /** Ends the sessions of an account when the present transaction ends. To be called before its change. */
  void endSessionsAfterCommit(long user) {
    AfterCommit.evict(versions, List.of(user));
  }

  private Optional<Account> find(String email) {
    try {
      return accounts.find(EmailAddress.parse(email));
    } catch (InvalidInput noAddress) {
      return Optional.empty();
    }
  }
}
