package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.people.Person;
import java.security.Principal;

/**
 * Somebody who has signed in.
 *
 * @param displayName what people call them
 * @param version that of the account at that time
 */
public record SignedIn(long userId, String displayName, Role role, int version)
    implements Principal {

  /** Returns the id: the name by which limits know a user. */
  @Override
  public String getName() {
    return Long.toString(userId);
  }

  /** Returns one or two letters to show in place of a portrait. */
  public String initials() {
    return Person.initials(displayName);
  }

  public boolean isOperator() {
    return role == Role.OPERATOR;
  }
}
