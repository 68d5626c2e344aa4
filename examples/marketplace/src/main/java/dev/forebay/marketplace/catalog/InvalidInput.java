package dev.forebay.marketplace.catalog;

/** A request that cannot be carried out as it was written: its message tells what is wrong and how to mend it. */
public final class InvalidInput extends RuntimeException {

  private final String field;

  public InvalidInput(String field, String message) {
    super(message, null, false, false);
    this.field = field;
  }

  /** Returns the parameter or property that is wrong. */
  public String field() {
    return field;
  }
}
