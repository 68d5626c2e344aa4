package dev.forebay.cache;

/**
 * Keeps a record of what is done to caches: of all that takes a {@link CacheRight}, refused attempts
 * included, and of every write and deletion by callers of those caches that ask for it. What a load
 * caches is no operation of a caller, and reads are not told.
 *
 * <p>Called on the thread of the operation once it has ended: be quick. What it throws is logged; the
 * operation stands.
 */
@FunctionalInterface
public interface CacheAudit {

  /** Takes note of an operation. */
  void record(AuditedOperation operation);

  /**
   * Returns the audit that writes to the logger {@code dev.forebay.cache.audit}: at INFO what was
   * done, at WARN what was denied or failed, with the key-value pairs {@code actor}, {@code action},
   * {@code cache}, {@code count}, {@code keys}, {@code pattern}, {@code outcome} and {@code at}.
   */
  static CacheAudit toLog() {
    return new LoggedAudit();
  }
}
