package dev.forebay.cache;

/**
 * What a cache does with values that hold sensitive data: content in a member that is marked {@link
 * Sensitive} or known by its name, or the number of a payment card in any text. Where it is looked
 * for, {@link CacheBuilder#sensitiveData} says.
 */
public enum SensitiveData {

  /** Such values are not stored: a put throws, a loaded value is returned without being cached. */
  REFUSE,

  /**
   * Such values are stored without it, and are read so: references become null, numbers zero,
   * optionals, collections, maps and arrays empty, entries of maps are left out, and of a card
   * number only its last four digits stay. Records are built anew by their canonical constructor; a
   * value that has it in any other class, or in a record whose constructor does not take this, is
   * refused. Whoever loaded a value gets it whole.
   */
  REDACT,

  /**
   * Such values are stored, as the cache is encrypted; one that is not refuses them, and is not even
   * built where the type of its values shows that it would.
   */
  REQUIRE_ENCRYPTION,

  /** All values are stored as they are, unseen. */
  ALLOW
}
