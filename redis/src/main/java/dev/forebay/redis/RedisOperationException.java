package dev.forebay.redis;

/**
 * Redis answered a command with an error: wrong type, out of memory, not permitted, script failure.
 * The command changed nothing, unless it was a script that failed half-way.
 */
public final class RedisOperationException extends ForebayException {

  private static final long serialVersionUID = 1L;

  RedisOperationException(String message, Throwable cause) {
    super(message, cause);
  }
}
