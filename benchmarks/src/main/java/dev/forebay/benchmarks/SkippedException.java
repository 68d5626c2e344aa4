package dev.forebay.benchmarks;

/** Thrown by a contestant that needs what this machine does not have; its row says so. */
public final class SkippedException extends RuntimeException {

  static final String PREFIX = "skipped: ";
  private static final long serialVersionUID = 1L;

  /** @param message what is missing, and how to get it */
  public SkippedException(String message) {
    super(message);
  }
}
