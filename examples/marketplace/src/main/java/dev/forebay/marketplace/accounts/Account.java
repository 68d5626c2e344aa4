package dev.forebay.marketplace.accounts;

/**
 * By which somebody signs in.
 *
 * @param passwordHash with the name of its algorithm before it
 * @param version grows with each new password; sessions that began under another one are over
 */
record Account(long userId, String name, String passwordHash, Role role, int version) {

  SignedIn signedIn() {
    return new SignedIn(userId, name, role, version);
  }

  /** Leaves the hash out. */
  @Override
  public String toString() {
    return "Account[" + userId + ", " + role + "]";
  }
}
