package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;

/** Redisson's {@code RLocalCachedMap}: a hash in Redis behind entries in the process. */
final class RedissonLocalMap implements ListingCache {

  static final String CONFIGURATION =
      "`RLocalCachedMap`, LFU by size, invalidation by topic, typed JSON in Redis, ";

  private static final int LOCAL_LIMIT = 100_000;

  private final RedissonClient redisson;
  private final RLocalCachedMap<Long, Listing> map;

  RedissonLocalMap(Stage stage, LocalCachedMapOptions.CacheProvider provider) {
    redisson = RedissonClients.connect(stage);
    map = redisson.getLocalCachedMap(LocalCachedMapOptions.<Long, Listing>name("listings")
        .codec(RedissonCodecs.json())
        .cacheProvider(provider)
        .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LFU)
        .cacheSize(LOCAL_LIMIT)
        .useObjectAsCacheKey(provider == LocalCachedMapOptions.CacheProvider.REDISSON)
        .syncStrategy(LocalCachedMapOptions.SyncStrategy.INVALIDATE));
  }

  @Override
  public @Nullable Listing get(long id) {
    return map.get(id);
  }

  @Override
  public void put(long id, Listing listing) {
    map.fastPut(id, listing);
  }

  @Override
  public void close() {
    map.destroy();
    redisson.shutdown();
  }
}
