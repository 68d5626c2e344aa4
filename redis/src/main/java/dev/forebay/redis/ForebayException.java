package dev.forebay.redis;

import org.jspecify.annotations.Nullable;

/**
 * Root of all failures that Forebay throws on purpose. The message states the fact, the value and
 * the cure; subtypes tell the kinds apart that a caller may want to treat differently.
 */
public abstract class ForebayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  protected ForebayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
