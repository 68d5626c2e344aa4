package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;

/** Redisson's {@code RLocalCachedMap}: a hash in Redis behind entries in the process. */
final class RedissonLocalMap implements ListingCache {

  static final String CONFIGURATION =
      "`RLocalCachedMap`, invalidation by topic, typed JSON in Redis, ";

  private static final int LOCAL_LIMIT = 100_000;

  private final RedissonClient redisson;
  private final RLocalCachedMap<Long, Listing> map;

  private RedissonLocalMap(Stage stage, UnaryOperator<LocalCachedMapOptions<Long, Listing>> store) {
    redisson = RedissonClients.connect(stage);
    map =
        redisson.getLocalCachedMap(store.apply(LocalCachedMapOptions.<Long, Listing>name("listings")
            .codec(RedissonCodecs.json())
            .syncStrategy(LocalCachedMapOptions.SyncStrategy.INVALIDATE)));
  }

  /** Returns a map with the local store that Redisson has by default, which knows no bound. */
  static ListingCache unbounded(Stage stage) {
    return new RedissonLocalMap(
        stage,
        options -> options
            .cacheProvider(LocalCachedMapOptions.CacheProvider.REDISSON)
            .useObjectAsCacheKey(true));
  }

  /** Returns a map before which Caffeine stands; it takes no objects as keys. */
  static ListingCache caffeine(Stage stage) {
    return new RedissonLocalMap(
        stage,
        options -> options
            .cacheProvider(LocalCachedMapOptions.CacheProvider.CAFFEINE)
            .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LFU)
            .cacheSize(LOCAL_LIMIT));
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
