package dev.forebay.cache;

/**
 * A value must not be stored in a cache: it holds sensitive data, is not valid, is too large, or has
 * no valid time to live. The message names the cache, where in the value the reason is, and the
 * cure; never the value itself.
 */
public final class RefusedValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String cache;

  RefusedValueException(String cache, String problem, String cure) {
    super("Cache '%s' refuses a value: %s. %s".formatted(cache, problem, cure));
    this.cache = cache;
  }

  /** Returns the name of the cache. */
  public String cache() {
    return cache;
  }
}
