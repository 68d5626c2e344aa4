package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import dev.forebay.limits.Algorithm;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import dev.forebay.redis.Availability;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import java.time.Duration;

/** Our limiter as the guide shows it. */
final class ForebayLimiter implements Limiter {

  static final String CONFIGURATION =
      "`RateLimits.on`, one connection, denials remembered until they are over, command time-out 5 s";

  private final Redis redis;
  private final RateLimits limits;
  private final RateLimiter limiter;

  ForebayLimiter(Stage stage, Allowance allowance, Algorithm algorithm) {
    // Required and patient: a turn on a busy machine must not count without Redis.
    redis = Redis.connect(
        RedisSettings.builder()
            .uri(stage.uri())
            .availability(Availability.REQUIRED)
            .commandTimeout(Duration.ofSeconds(5))
            .build(),
        Workload.LIMITS);
    limits = RateLimits.on(redis);
    limiter = limits
        .limiter("benchmark-" + allowance.calls())
        .limit(allowance.calls(), allowance.period())
        .algorithm(algorithm)
        .build();
  }

  @Override
  public boolean tryAcquire(String key) {
    return limiter.check(key).isAllowed();
  }

  @Override
  public void close() {
    limits.close();
    redis.close();
  }
}
