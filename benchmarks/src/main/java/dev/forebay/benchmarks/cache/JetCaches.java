package dev.forebay.benchmarks.cache;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheResult;
import com.alicp.jetcache.CacheValueHolder;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.Kryo5ValueDecoder;
import com.alicp.jetcache.support.Kryo5ValueEncoder;
import dev.forebay.benchmarks.Stage;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** JetCache on Lettuce: in Redis only, or behind Caffeine as well. */
final class JetCaches implements ListingCache {

  /** How values become bytes. */
  enum Format {
    KRYO,
    JSON
  }

  static final String CONFIGURATION =
      "the cache API without annotations, `jetcache-redis-lettuce`, `cachePenetrationProtect`, "
          + "TTL of an hour, writes awaited by the future of `PUT`, ";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LOCAL_LIMIT = 100_000;

  private final RedisClient client;
  private final Cache<Long, Listing> cache;

  JetCaches(Stage stage, Format format, boolean twoLevels) {
    client = RedisClient.create(stage.uri());
    Cache<Long, Listing> remote = remote(format);
    cache = twoLevels ? behindCaffeine(remote) : remote;
  }

  private Cache<Long, Listing> remote(Format format) {
    return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
        .redisClient(client)
        .keyPrefix("listing:")
        .keyConvertor(String::valueOf)
        .valueEncoder(format == Format.KRYO ? new Kryo5ValueEncoder(false) : jsonEncoder())
        .valueDecoder(format == Format.KRYO ? new Kryo5ValueDecoder(false) : jsonDecoder())
        .expireAfterWrite(1, TimeUnit.HOURS)
        .cachePenetrateProtect(true)
        .buildCache();
  }

  private static Function<Object, byte[]> jsonEncoder() {
    return new JsonMapper()::writeValueAsBytes;
  }

  private static Function<byte[], Object> jsonDecoder() {
    ObjectReader reader = new JsonMapper().readerFor(Held.class);
    return bytes -> reader.<Held>readValue(bytes).toHolder();
  }

  /** JetCache's {@code CacheValueHolder} as JSON. */
  private record Held(Listing value, long expireTime, long accessTime) {

    CacheValueHolder<Listing> toHolder() {
      CacheValueHolder<Listing> holder = new CacheValueHolder<>();
      holder.setValue(value);
      holder.setExpireTime(expireTime);
      holder.setAccessTime(accessTime);
      return holder;
    }
  }

  private static Cache<Long, Listing> behindCaffeine(Cache<Long, Listing> remote) {
    Cache<Long, Listing> local = CaffeineCacheBuilder.createCaffeineCacheBuilder()
        .limit(LOCAL_LIMIT)
        .expireAfterWrite(1, TimeUnit.HOURS)
        .buildCache();
    return MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
        .addCache(local, remote)
        .expireAfterWrite(1, TimeUnit.HOURS)
        .cachePenetrateProtect(true)
        .buildCache();
  }

  @Override
  public @Nullable Listing get(long id) {
    return cache.get(id);
  }

  @Override
  public void put(long id, Listing listing) {
    CacheResult result = cache.PUT(id, listing);
    result.waitForResult(PATIENCE);
    if (!result.isSuccess()) {
      throw new IllegalStateException("PUT: " + result.getMessage());
    }
  }

  @Override
  public int getAll(List<Long> ids) {
    return cache.getAll(new HashSet<>(ids)).size();
  }

  @Override
  public Listing getOrLoad(long id, LongFunction<Listing> loader) {
    return cache.computeIfAbsent(id, loader::apply);
  }

  @Override
  public void close() {
    cache.close();
    client.shutdown();
  }
}
