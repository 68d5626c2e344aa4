package dev.forebay.benchmarks;

/** Thrown when a contestant cannot go on; the tournament goes on without it. */
final class ContestantException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ContestantException(String message) {
    super(message);
  }

  ContestantException(String message, Throwable cause) {
    super(message, cause);
  }
}
