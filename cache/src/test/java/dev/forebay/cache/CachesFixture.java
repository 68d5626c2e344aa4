package dev.forebay.cache;

import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.RedisNamespace;
import java.time.Duration;

/** One instance of an application, as far as caches go: a connection and its caches. */
final class CachesFixture implements AutoCloseable {

  final Redis redis;
  final Caches caches;

  private CachesFixture(RedisSettings settings) {
    this.redis = Redis.connect(settings);
    this.caches = Caches.on(redis);
  }

  /** Returns an instance on a part of the shared servers, whatever their topology. */
  static CachesFixture on(RedisNamespace namespace) {
    return on(addressOf(namespace), namespace.keyPrefix());
  }

  /** Returns the address of the shared servers as settings have it. */
  static String addressOf(RedisNamespace namespace) {
    return namespace.topology().isCluster() ? addressOf(namespace.uri()) : namespace.uri();
  }

  /** Returns the address of a cluster as settings have it. */
  static String addressOf(String clusterUri) {
    return clusterUri.replaceFirst("^redis://", "redis-cluster://");
  }

  static CachesFixture on(String uri, String keyPrefix) {
    return on(RedisSettings.builder()
        .uri(uri)
        .keyPrefix(keyPrefix)
        // A busy machine is not an outage; tests of outages have their own settings.
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30))
        .build());
  }

  static CachesFixture on(RedisSettings settings) {
    return new CachesFixture(settings);
  }

  Cache<Long, Event> events() {
    return caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .ttl(TtlClass.SHORT)
        .build();
  }

  @Override
  public void close() {
    caches.close();
    redis.close();
  }

  record Event(long id, String title) {}
}
