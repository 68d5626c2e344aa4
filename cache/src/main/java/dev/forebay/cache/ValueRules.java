package dev.forebay.cache;

import dev.forebay.redis.Codec;
import dev.forebay.redis.JsonCodec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a cache that is being described may hold. Not safe for concurrent use. */
final class ValueRules<V> {

  private @Nullable SensitiveData policy;
  private final Set<String> sensitive = new LinkedHashSet<>();
  private final Set<String> notSensitive = new LinkedHashSet<>();
  private @Nullable Predicate<? super V> valid;

  void sensitiveData(SensitiveData policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  void sensitiveMembers(String... names) {
    sensitive.addAll(Arrays.asList(names));
  }

  void notSensitive(String... names) {
    notSensitive.addAll(Arrays.asList(names));
  }

  void validate(Predicate<? super V> check) {
    Objects.requireNonNull(check, "valid");
    Predicate<? super V> before = valid;
    valid = before == null ? check : value -> before.test(value) && check.test(value);
  }

  /**
   * Returns the codec, letting pass only what these rules allow.
   *
   * @throws IllegalStateException if the cache must be encrypted and is not
   */
  Codec<V> around(Codec<V> codec, String cache, boolean encrypted) {
    SensitiveData policy = this.policy;
    if (policy == null) {
      policy = encrypted ? SensitiveData.REQUIRE_ENCRYPTION : SensitiveData.REFUSE;
    }
    ValueGuard<V> guard = SensitiveValueGuard.of(
        cache,
        policy,
        new SensitiveNames(sensitive, notSensitive),
        codec instanceof JsonCodec<V> json ? json.classes() : Set.of(),
        encrypted);
    Predicate<? super V> check = valid;
    return new GuardedCodec<>(cache, codec, guard, check == null ? value -> true : check);
  }
}
