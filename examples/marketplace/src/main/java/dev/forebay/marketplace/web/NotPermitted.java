package dev.forebay.marketplace.web;

/** Whoever asked may not do that. */
public final class NotPermitted extends RuntimeException {

  public NotPermitted(String message) {
    super(message, null, false, false);
  }
}
