package dev.forebay.cache;

import java.lang.reflect.Type;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sensitive data out of one cache, or out of the values it stores. A value of a type that can
 * hold none costs one look at the type.
 */
final class SensitiveValueGuard<V> implements ValueGuard<V> {

  private static final String CURE =
      "Leave it out of the cached type, or let the cache do so by sensitiveData(REDACT), or encrypt the cache by encrypted(keys); notSensitive(names) is for members that only look so.";

  private static final String UNREDACTABLE_CURE =
      "Redaction builds records anew: cache a record that can be without it, or encrypt the cache by encrypted(keys).";

  private final String cache;
  private final TypePlans plans;
  private final boolean redacts;

  private SensitiveValueGuard(String cache, TypePlans plans, boolean redacts) {
    this.cache = cache;
    this.plans = plans;
    this.redacts = redacts;
  }

  /**
   * Returns the guard of a cache.
   *
   * @param types of which the values are made, as far as known
   * @throws IllegalStateException if the cache must be encrypted for those types and is not
   */
  static <V> ValueGuard<V> of(
      String cache,
      SensitiveData policy,
      SensitiveNames names,
      Collection<? extends Type> types,
      boolean encrypted) {
    if (policy == SensitiveData.ALLOW
        || (policy == SensitiveData.REQUIRE_ENCRYPTION && encrypted)) {
      return value -> value;
    }
    TypePlans plans = new TypePlans(names);
    if (policy == SensitiveData.REQUIRE_ENCRYPTION) {
      Finding finding = new SensitiveTypes(plans).firstOf(types);
      if (finding != null) {
        throw new IllegalStateException(
            "Cache '%s' must be encrypted: %s. Call encrypted(keys) before build(), or leave the member out of the cached type."
                .formatted(cache, finding));
      }
    }
    return new SensitiveValueGuard<>(cache, plans, policy == SensitiveData.REDACT);
  }

  @Override
  public V admit(V value) {
    Finding finding = SensitiveSearch.in(value, plans);
    if (finding == null) {
      return value;
    }
    if (!redacts) {
      throw refusal(value, finding, null);
    }
    try {
      @SuppressWarnings("unchecked") // a record of the same class, or a collection in place of one
      V redacted = (V) new Redaction(plans).of(value);
      Finding left = SensitiveSearch.in(redacted, plans);
      if (left != null) {
        throw refusal(value, left, null);
      }
      return redacted;
    } catch (Redaction.ImpossibleException e) {
      throw refusal(value, finding, e);
    }
  }

  private RefusedValueException refusal(
      V value, Finding finding, Redaction.@Nullable ImpossibleException failure) {
    String problem = finding.under(value.getClass().getSimpleName()).toString();
    return failure == null
        ? new RefusedValueException(cache, problem, CURE)
        : new RefusedValueException(
            cache, problem + ", and " + failure.getMessage(), UNREDACTABLE_CURE);
  }
}
