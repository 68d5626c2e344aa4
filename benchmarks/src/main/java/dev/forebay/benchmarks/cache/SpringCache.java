package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.Stage;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.cache.CacheStatisticsCollector;
import org.springframework.data.redis.cache.RedisCache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;

/** Spring Data Redis, on Lettuce's shared connection, with the typed JSON serializer. */
final class SpringCache implements ListingCache {

  /** How it writes. */
  enum Writer {
    /** Each write waits for Redis. */
    IMMEDIATE,
    /** As it comes: a write returns before Redis has it. */
    ASYNCHRONOUS,
    /** Waits for Redis, and for a lock on the whole cache while somebody loads. */
    LOCKING
  }

  static final String CONFIGURATION =
      "`RedisCache` on Lettuce's shared connection, `JacksonJsonRedisSerializer` of the type, "
          + "TTL of an hour, ";

  /** Unbounded, asynchronous writes exhaust the heap. */
  private static final int MOST_UNDER_WAY = 1_000;

  private static final long PAUSE_NANOS = 50_000;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final LettuceConnectionFactory connections;
  private final RedisCache cache;
  private final boolean asynchronous;
  private final boolean synced;
  private final LongAdder puts = new LongAdder();

  /** With {@code synced}, as a method annotated {@code @Cacheable(sync = true)}. */
  SpringCache(Stage stage, Writer writer, boolean synced) {
    this.synced = synced;
    RedisStandaloneConfiguration server =
        new RedisStandaloneConfiguration("127.0.0.1", stage.port());
    server.setDatabase(stage.database());
    connections = new LettuceConnectionFactory(server);
    connections.afterPropertiesSet();
    connections.start();
    asynchronous = writer == Writer.ASYNCHRONOUS;
    RedisCacheWriter writing = RedisCacheWriter.create(connections, config -> {
      if (asynchronous) {
        config.collectStatistics(CacheStatisticsCollector.create());
      } else {
        config.immediateWrites(true);
      }
      if (writer == Writer.LOCKING) {
        config.cacheLocking(locking -> locking.enable());
      }
    });
    RedisCacheManager caches = RedisCacheManager.builder(writing)
        .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig()
            .entryTtl(Duration.ofHours(1))
            .serializeValuesWith(
                SerializationPair.fromSerializer(new JacksonJsonRedisSerializer<>(Listing.class))))
        .build();
    caches.afterPropertiesSet();
    cache = (RedisCache) Objects.requireNonNull(caches.getCache("listings"));
  }

  @Override
  public @Nullable Listing get(long id) {
    return cache.get(id, Listing.class);
  }

  @Override
  public void put(long id, Listing listing) {
    cache.put(id, listing);
    if (asynchronous) {
      puts.increment();
      awaitUnderWay(MOST_UNDER_WAY);
    }
  }

  private void awaitUnderWay(int most) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (puts.sum() - cache.getStatistics().getPuts() > most) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("puts that were begun do not reach Redis");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void settle() {
    if (asynchronous) {
      awaitUnderWay(0);
    }
  }

  @Override
  public Listing getOrLoad(long id, LongFunction<Listing> loader) throws Exception {
    if (!synced) {
      return ListingCache.super.getOrLoad(id, loader);
    }
    return Objects.requireNonNull(cache.get(id, () -> loader.apply(id)));
  }

  @Override
  public void close() {
    connections.destroy();
  }
}
