package dev.forebay.cache;

import dev.forebay.redis.spi.KeyTemplate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Describes counters, then builds them: {@code key} is required. Not safe for concurrent use.
 *
 * @param <K> the type of the keys
 */
public final class CountersBuilder<K> {

  private final Caches caches;
  private final String name;
  private @Nullable KeyTemplate<K> key;
  private Duration ttl = TtlClass.DAY.duration();

  CountersBuilder(Caches caches, String name) {
    this.caches = caches;
    this.name = name;
  }

  /** Sets how keys are named in Redis, as {@link CacheBuilder#key} does. */
  @SuppressWarnings("unchecked") // nothing of type K is held before this call
  public <T> CountersBuilder<T> key(String template, Class<T> type) {
    CountersBuilder<T> typed = (CountersBuilder<T>) this;
    typed.key = KeyTemplate.parse(template, type);
    return typed;
  }

  /** Sets when a counter is forgotten, by its class; {@link TtlClass#DAY} by default. */
  public CountersBuilder<K> ttl(TtlClass ttl) {
    return ttl(ttl.duration());
  }

  /**
   * Sets when a counter is forgotten.
   *
   * @param ttl from 1 ms to 366 days, counted from the counter's first change
   */
  public CountersBuilder<K> ttl(Duration ttl) {
    this.ttl = CacheBuilder.requireTtl(ttl);
    return this;
  }

  /**
   * Builds the counters.
   *
   * @throws IllegalStateException if {@code key} is missing, or there is a cache or counters of this
   *     name or key template already
   */
  public Counters<K> build() {
    if (key == null) {
      throw new IllegalStateException(
          "Counters '%s' have no key template. Call key(template, type) before build()."
              .formatted(name));
    }
    return caches.buildCounters(name, key, ttl);
  }
}
