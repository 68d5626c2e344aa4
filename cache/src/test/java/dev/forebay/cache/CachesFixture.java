package dev.forebay.cache;

import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.RedisNamespace;
import java.time.Duration;

/** One instance of an application, as far as caches go: a connection and its caches. */
final class CachesFixture implements AutoCloseable {

  final Redis redis;
  final Caches caches;

  private CachesFixture(RedisSettings settings, Duration poll) {
    this.redis = Redis.connect(settings);
    this.caches = Caches.on(redis, poll);
  }

  /** Returns an instance on a part of the shared servers, whatever their topology. */
  static CachesFixture on(RedisNamespace namespace) {
    return on(addressOf(namespace), namespace.keyPrefix());
  }

  /**
   * As {@link #on(RedisNamespace)}.
   *
   * @param poll how long callers wait to be told that a load has ended before they ask
   */
  static CachesFixture on(RedisNamespace namespace, Duration poll) {
    return new CachesFixture(patient(addressOf(namespace), namespace.keyPrefix()), poll);
  }

  /** Returns the key of the lease of an entry, of which the name is given without the prefix. */
  static String leaseOf(RedisNamespace namespace, String entry) {
    return namespace.key("#lease:{" + namespace.key(entry) + "}");
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
    return on(patient(uri, keyPrefix));
  }

  private static RedisSettings patient(String uri, String keyPrefix) {
    return RedisSettings.builder()
        .uri(uri)
        .keyPrefix(keyPrefix)
        // A busy machine is not an outage; tests of outages have their own settings.
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30))
        .build();
  }

  /** Returns an instance that soon takes a Redis that does not answer for one that is away. */
  static CachesFixture impatient(String uri) {
    return on(RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofMillis(500))
        .commandTimeout(Duration.ofMillis(200))
        .build());
  }

  static CachesFixture on(RedisSettings settings) {
    return new CachesFixture(settings, Wakeups.POLL);
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
