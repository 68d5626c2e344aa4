package dev.forebay.marketplace.web;

/** Somebody must sign in first. */
final class SignInRequired extends RuntimeException {

  private final String next;

  SignInRequired(String next) {
    super("Sign in first.", null, false, false);
    this.next = next;
  }

  /** Returns where to go on afterwards. */
  String next() {
    return next;
  }
}
