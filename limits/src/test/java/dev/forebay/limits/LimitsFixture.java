package dev.forebay.limits;

import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.RedisSettingsBuilder;
import dev.forebay.redis.Workload;
import dev.forebay.testing.RedisNamespace;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** One instance of an application, as far as limits go. Its clock stands until it is moved. */
final class LimitsFixture implements AutoCloseable {

  /** A whole number of days, so that windows begin here. */
  static final long START = 20_000L * 86_400_000;

  static {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1)); // machines may be busy
  }

  final Redis redis;
  final RateLimits limits;
  final AtomicLong clock = new AtomicLong(START);

  private LimitsFixture(Redis redis, boolean stepped) {
    this.redis = redis;
    this.limits = stepped
        ? RateLimits.over(
            redis.commands(), redis.settings().keyPrefix(), () -> Long.toString(clock.get()))
        : RateLimits.on(redis);
  }

  /** Returns an instance with a stepped clock. */
  static LimitsFixture stepped(RedisNamespace namespace) {
    return new LimitsFixture(connect(namespace), true);
  }

  /** Returns an instance with a stepped clock. */
  static LimitsFixture stepped(String uri) {
    return stepped(patient(uri).build());
  }

  /** Returns an instance with a stepped clock. */
  static LimitsFixture stepped(RedisSettings settings) {
    return new LimitsFixture(Redis.connect(settings, Workload.LIMITS), true);
  }

  /** Returns an instance that goes by the server's clock. */
  static LimitsFixture on(RedisNamespace namespace) {
    return new LimitsFixture(connect(namespace), false);
  }

  static LimitsFixture on(RedisSettings settings) {
    return new LimitsFixture(Redis.connect(settings, Workload.LIMITS), false);
  }

  /** Returns an instance on a server, a Sentinel set or a proxy, that goes by the server's clock. */
  static LimitsFixture on(String uri) {
    return on(patient(uri).build());
  }

  /** A busy machine is not an outage. */
  static RedisSettingsBuilder patient(String uri) {
    return RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30));
  }

  private static Redis connect(RedisNamespace namespace) {
    String uri = namespace.topology().isCluster()
        ? namespace.uri().replaceFirst("^redis://", "redis-cluster://")
        : namespace.uri();
    return Redis.connect(patient(uri).keyPrefix(namespace.keyPrefix()).build(), Workload.LIMITS);
  }

  /** Returns what asks Redis about this instance's limits, past all that it remembers. */
  RedisLimits redisLimits() {
    return new RedisLimits(
        new LimitScripts(redis.commands(), () -> Long.toString(clock.get())),
        new LimitKeys(redis.settings().keyPrefix()));
  }

  void advance(Duration step) {
    clock.addAndGet(step.toMillis());
  }

  @Override
  public void close() {
    limits.close();
    redis.close();
  }
}
