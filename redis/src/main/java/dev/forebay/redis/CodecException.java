package dev.forebay.redis;

import org.jspecify.annotations.Nullable;

/** Bytes could not be read as a value, or a value could not be written as bytes. */
public final class CodecException extends ForebayException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what could not be read or written as which type; never the value itself
   * @param cause the failure of the library underneath, or null
   */
  public CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
