package dev.forebay.marketplace.accounts;

import java.util.Locale;

/** What an account may do. */
public enum Role {
  /** Buys and sells. */
  MEMBER,
  /** Sees how the market is used, and blocks who misuses it. */
  OPERATOR;

  /** Returns how the database writes it. */
  String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Role of(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
