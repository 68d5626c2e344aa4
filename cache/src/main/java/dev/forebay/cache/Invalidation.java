package dev.forebay.cache;

import java.util.List;

/**
 * What an invalidation takes from a cache, so that others can follow: purge a page from a CDN,
 * rebuild a search entry. Text is as in Redis, without the application's prefix.
 */
public sealed interface Invalidation {

  /**
   * Entries by their names: {@code "event:42"} for key 42 of {@code "event:{id}"}.
   *
   * @param names at least one; unmodifiable; whether an entry of that name existed is not known
   */
  record ByKeys(List<String> names) implements Invalidation {

    /** Keeps a copy of the names. */
    public ByKeys {
      names = List.copyOf(names);
    }
  }

  /**
   * All entries whose names match a glob pattern.
   *
   * @param pattern as given to {@link Cache#deleteMatching(String)}
   */
  record ByPattern(String pattern) implements Invalidation {}

  /** All entries that carry a tag. */
  record ByTag(String tag) implements Invalidation {}

  /** All entries of the cache. */
  record All() implements Invalidation {}
}
