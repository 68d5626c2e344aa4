package dev.forebay.marketplace.database;

/** {@code DATABASE_URL} is malformed; the message tells the value without its password, and the cure. */
public final class InvalidDatabaseUrl extends IllegalArgumentException {

  InvalidDatabaseUrl(String message) {
    super(message);
  }
}
