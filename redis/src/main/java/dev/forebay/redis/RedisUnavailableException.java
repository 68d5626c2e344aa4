package dev.forebay.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis could not be reached, or did not answer within the deadline. A command that failed so may
 * or may not have been carried out, but it is never sent a second time.
 */
public final class RedisUnavailableException extends ForebayException {

  private static final long serialVersionUID = 1L;

  RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
