package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.Place;
import dev.forebay.marketplace.catalog.PlainText;
import dev.forebay.marketplace.people.Newcomers;
import java.util.Objects;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** Lets people in: a person and an account in one transaction. */
@Service
public class SignUp {

  /** What a newcomer has in the purse. */
  public static final int WELCOME_CREDITS = 200;

  private static final int LONGEST_NAME = 60;
  private static final int SHORTEST_NAME = 2;

  private final Passwords passwords;
  private final AccountQueries accounts;
  private final Newcomers newcomers;
  private final Catalog catalog;
  private final TransactionOperations transactions;

  SignUp(
      Passwords passwords,
      AccountQueries accounts,
      Newcomers newcomers,
      Catalog catalog,
      TransactionOperations transactions) {
    this.passwords = passwords;
    this.accounts = accounts;
    this.newcomers = newcomers;
    this.catalog = catalog;
    this.transactions = transactions;
  }

  /**
   * What somebody who wants to join has written, as it was typed.
   *
   * @param place its name in addresses
   */
  public record Form(String name, String email, String place, String password) {

    /** Leaves the password out. */
    @Override
    public String toString() {
      return "Form[" + email + "]";
    }
  }

  /**
   * Opens an account.
   *
   * @throws InvalidInput if something is missing or cannot be used
   * @throws AddressTaken if there is an account of that address
   */
  public SignedIn open(Form form) {
    String name = name(form.name());
    EmailAddress email = EmailAddress.parse(form.email());
    Place place = catalog
        .places()
        .bySlug(form.place())
        .orElseThrow(() -> new InvalidInput("place", "Choose where you are at home."));
    String hash = passwords.hash(form.password());
    return open(name, email, place.id(), hash, Role.MEMBER, WELCOME_CREDITS);
  }

  SignedIn open(String name, EmailAddress email, int placeId, String hash, Role role, int credits) {
    try {
      return Objects.requireNonNull(transactions.execute(transaction -> {
        long user = newcomers.add(name, placeId, credits);
        accounts.insert(user, email, hash, role);
        return new Account(user, name, hash, role, 1).signedIn();
      }));
    } catch (DuplicateKeyException e) {
      throw new AddressTaken(e);
    }
  }

  private static String name(String typed) {
    String name =
        PlainText.require("name", typed.replaceAll("[\\s\\u00A0]+", " ").strip());
    int characters = name.codePointCount(0, name.length());
    if (characters < SHORTEST_NAME || characters > LONGEST_NAME) {
      throw new InvalidInput(
          "name",
          characters == 0
              ? "Tell us your name."
              : "A name has %d to %d characters, this one %d."
                  .formatted(SHORTEST_NAME, LONGEST_NAME, characters));
    }
    return name;
  }
}
