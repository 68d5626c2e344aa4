package dev.forebay.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server could not be started, stopped or asked. The message names the fact, the value
 * and the cure, and for a server that did not start the end of its log.
 */
public class EmbeddedServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EmbeddedServerException(String message) {
    super(message);
  }

  EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
