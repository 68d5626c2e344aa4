package dev.forebay.cache;

import dev.forebay.redis.spi.KeyTemplate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of this module's Redis keys: the application's prefix, then the rendered template. The
 * only place that makes them.
 */
final class CacheKeys<K> {

  private final String owner;
  private final String prefix;
  private final KeyTemplate<K> template;

  /** @param owner begins messages: {@code Cache 'events'} */
  CacheKeys(String owner, String prefix, KeyTemplate<K> template) {
    this.owner = owner;
    this.prefix = prefix;
    this.template = template;
  }

  /**
   * Returns the name of a key.
   *
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if its name is longer than {@link KeyTemplate#MAX_BYTES}
   */
  String nameOf(@Nullable K key) {
    if (key == null) {
      throw new NullPointerException(
          "%s was given a null key. Its keys are '%s': check for null before you ask it."
              .formatted(owner, template));
    }
    try {
      return prefix + template.render(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(owner + ": " + e.getMessage(), e);
    }
  }

  /** Returns {@code value}, or tells that it is null. */
  <V> V requireValue(@Nullable V value) {
    if (value == null) {
      throw new NullPointerException(
          "%s was given a null value. Delete the key, or cache an Optional by JsonCodec.optionalOf."
              .formatted(owner));
    }
    return value;
  }

  /** Returns the names by their keys, in order, without repeats. */
  Map<K, String> namesOf(Collection<? extends K> keys) {
    Map<K, String> names = new LinkedHashMap<>();
    for (K key : keys) {
      if (!names.containsKey(key)) {
        names.put(key, nameOf(key));
      }
    }
    return names;
  }

  /** Returns the glob pattern that matches every name. */
  String pattern() {
    return prefix + template.pattern();
  }

  /**
   * Returns the pattern that matches those of this cache's entries that {@code pattern} matches.
   *
   * @throws IllegalArgumentException if it could match others
   */
  String patternOf(String pattern) {
    String beginning = template.beginning();
    if (!pattern.startsWith(beginning)) {
      throw new IllegalArgumentException(
          "Pattern '%s' could match keys of other caches. Begin it with '%s', as '%s' does."
              .formatted(pattern, beginning, template));
    }
    return prefix + pattern;
  }

  String withoutPrefix(String name) {
    return name.substring(prefix.length());
  }

  /** Returns whether {@code name} is the name of an entry of this cache. */
  boolean isName(String name) {
    return name.startsWith(prefix) && template.names(name.substring(prefix.length()));
  }
}
