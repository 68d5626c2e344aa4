package dev.forebay;

import dev.forebay.cache.CacheBuilder;
import dev.forebay.cache.CacheStatistics;
import dev.forebay.cache.Caches;
import dev.forebay.cache.CountersBuilder;
import dev.forebay.limits.RateLimits;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.ServerInfo;
import dev.forebay.redis.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The performance layer of one application: connect once, ask it for what you need, close it at the
 * end.
 *
 * <pre>{@code
 * try (Forebay forebay = Forebay.connect("redis://127.0.0.1:6379")) {
 *   Cache<Long, Event> events = forebay.cache("events")
 *       .key("event:{id}", Long.class)
 *       .value(Event.class)
 *       .ttl(TtlClass.SHORT)
 *       .build();
 *   Event event = events.getOrLoad(42L, id -> database.findEvent(id));
 * }
 * }</pre>
 *
 * <p>Redis need not be there: without it the application goes on from its sources, and Forebay
 * comes back by itself. Safe for concurrent use.
 */
public final class Forebay implements AutoCloseable {

  private final Redis redis;
  private final Caches caches;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable ConnectedLimits limits;
  private volatile boolean closed;

  /** Limits and the connection that they have for themselves. */
  private record ConnectedLimits(Redis redis, RateLimits limits) {}

  private Forebay(Redis redis) {
    this.redis = redis;
    this.caches = Caches.on(redis);
  }

  /**
   * Connects with default settings. Waits up to 1.5 s for the first attempt, and returns whether
   * or not it succeeded.
   *
   * @param uri {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} for TLS
   * @throws dev.forebay.redis.ConfigurationException if {@code uri} is malformed
   */
  public static Forebay connect(String uri) {
    return connect(RedisSettings.builder().uri(uri).build());
  }

  /**
   * Connects. If Redis is optional, waits for the first attempt up to half a second longer than the
   * connect time-out, and returns whether or not it succeeded; if it is required, waits up to 7 s.
   *
   * @throws dev.forebay.redis.RedisUnavailableException if Redis is required and cannot be reached
   */
  public static Forebay connect(RedisSettings settings) {
    return new Forebay(Redis.connect(settings));
  }

  /**
   * Connects as environment variables say; see {@link RedisSettings#fromEnvironment}.
   *
   * @throws dev.forebay.redis.ConfigurationException if {@code REDIS_URL} is missing, or a variable
   *     is malformed
   */
  public static Forebay fromEnvironment() {
    return connect(RedisSettings.fromEnvironment(System.getenv()));
  }

  /**
   * Begins to describe a cache.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}; one cache for each name
   */
  public CacheBuilder<Object, Object> cache(String name) {
    return caches.cache(name);
  }

  /**
   * Begins to describe counters.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}; one set of counters for each name
   */
  public CountersBuilder<Object> counters(String name) {
    return caches.counters(name);
  }

  /**
   * Returns what is about all caches together: listeners, statistics, hot keys, inventory and advice,
   * switches, who may administer. It is closed with this object.
   */
  public Caches caches() {
    return caches;
  }

  /**
   * Returns the rate limits, the same each time. The first call connects them, as {@link #connect}
   * does: they have a database, or a server, of their own.
   *
   * @throws dev.forebay.redis.RedisUnavailableException if Redis is required and cannot be reached
   * @throws IllegalStateException if this is closed, and had no limits before
   */
  public RateLimits limits() {
    ConnectedLimits connected = limits;
    return connected != null ? connected.limits : connectLimits();
  }

  private RateLimits connectLimits() {
    connecting.lock();
    try {
      ConnectedLimits connected = limits;
      if (connected == null) {
        if (closed) {
          throw new IllegalStateException(
              "Forebay is closed and connects no limits any more. Ask for them before close().");
        }
        Redis redisOfLimits = Redis.connect(redis.settings(), Workload.LIMITS);
        connected = new ConnectedLimits(redisOfLimits, RateLimits.on(redisOfLimits));
        limits = connected;
      }
      return connected.limits;
    } finally {
      connecting.unlock();
    }
  }

  /** Returns whether the Redis of the caches can be reached now. No round trip. */
  public ConnectionState connection() {
    return redis.state();
  }

  /**
   * Returns how each service does that is used: {@code cache} always, {@code limits} once they were
   * asked for. One round trip for each; blocks up to the command time-out.
   */
  public Health health() {
    Map<String, ServiceHealth> services = new TreeMap<>();
    double hitRate = caches.statistics().values().stream()
        .reduce(CacheStatistics.zero(), CacheStatistics::plus)
        .hitRate();
    services.put("cache", health(redis, hitRate));
    ConnectedLimits connected = limits;
    if (connected != null) {
      services.put("limits", health(connected.redis, 0));
    }
    return Health.of(services);
  }

  /**
   * Closes the connections. Caches stay usable and load everything from their sources; limits do what
   * they are to do without Redis.
   */
  @Override
  public void close() {
    caches.close();
    redis.close();
    connecting.lock();
    try {
      closed = true;
      ConnectedLimits connected = limits;
      if (connected != null) {
        connected.limits.close();
        connected.redis.close();
      }
    } finally {
      connecting.unlock();
    }
  }

  private static ServiceHealth health(Redis redis, double hitRate) {
    ConnectionState connection = redis.state();
    Optional<ServerInfo> server =
        connection == ConnectionState.CONNECTED ? redis.serverInfo() : Optional.empty();
    HealthStatus status = statusOf(connection);
    return new ServiceHealth(
        status, connection, status != HealthStatus.HEALTHY, hitRate, redis.statistics(), server);
  }

  private static HealthStatus statusOf(ConnectionState connection) {
    return switch (connection) {
      case CONNECTED, DISABLED -> HealthStatus.HEALTHY;
      case SUSPENDED, DISCONNECTED -> HealthStatus.DEGRADED;
      case CLOSED -> HealthStatus.DOWN;
    };
  }
}
