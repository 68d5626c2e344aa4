package dev.forebay.cache;

import dev.forebay.redis.spi.KeyTemplate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The names of this module's Redis keys: the application's prefix, then the rendered template. The
 * only place that makes them.
 */
final class CacheKeys<K> {

  private final String prefix;
  private final KeyTemplate<K> template;

  CacheKeys(String prefix, KeyTemplate<K> template) {
    this.prefix = prefix;
    this.template = template;
  }

  String nameOf(K key) {
    return prefix + template.render(Objects.requireNonNull(key, "key"));
  }

  /** Returns the names by their keys, in order, without repeats. */
  Map<K, String> namesOf(Collection<? extends K> keys) {
    Map<K, String> names = new LinkedHashMap<>();
    for (K key : keys) {
      names.computeIfAbsent(Objects.requireNonNull(key, "key"), this::nameOf);
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
