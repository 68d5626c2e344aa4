package dev.forebay.marketplace.database;

/** PostgreSQL cannot be reached at {@code DATABASE_URL}; the message tells why, and the cure. */
public final class DatabaseUnreachable extends IllegalStateException {

  DatabaseUnreachable(DatabaseUrl url, Throwable cause) {
    super(
        "PostgreSQL cannot be used at " + url + ": " + clause(cause)
            + ". Start it, correct DATABASE_URL, or leave it out for an embedded database.",
        cause);
  }

  private static String clause(Throwable cause) {
    return String.valueOf(cause.getMessage()).strip().replaceAll("\\.$", "");
  }
}
