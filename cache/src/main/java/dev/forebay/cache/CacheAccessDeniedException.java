package dev.forebay.cache;

/** An administrative operation of a cache is not permitted to whoever asked; nothing was done. */
public final class CacheAccessDeniedException extends SecurityException {

  private static final long serialVersionUID = 1L;

  private final String cache;
  private final CacheRight right;

  CacheAccessDeniedException(String actor, CacheRight right, String cache) {
    super(
        "'%s' lacks the right %s on cache '%s'. Whoever may grant it does so in the CacheAccess that the application configured."
            .formatted(actor, right, cache));
    this.cache = cache;
    this.right = right;
  }

  /** Returns the name of the cache. */
  public String cache() {
    return cache;
  }

  /** Returns the right that is missing. */
  public CacheRight right() {
    return right;
  }
}
