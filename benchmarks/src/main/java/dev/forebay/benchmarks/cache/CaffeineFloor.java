package dev.forebay.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bare Caffeine, without Redis. */
final class CaffeineFloor implements ListingCache {

  private static final int LIMIT = 100_000;

  private final Cache<Long, Listing> cache;

  private CaffeineFloor(Cache<Long, Listing> cache) {
    this.cache = cache;
  }

  static ListingCache bySize() {
    return new CaffeineFloor(Caffeine.newBuilder().maximumSize(LIMIT).build());
  }

  static ListingCache bySizeAndTime() {
    return new CaffeineFloor(Caffeine.newBuilder()
        .maximumSize(LIMIT)
        .expireAfterWrite(Duration.ofHours(1))
        .build());
  }

  @Override
  public @Nullable Listing get(long id) {
    return cache.getIfPresent(id);
  }

  @Override
  public void put(long id, Listing listing) {
    cache.put(id, listing);
  }

  @Override
  public void close() {}
}
