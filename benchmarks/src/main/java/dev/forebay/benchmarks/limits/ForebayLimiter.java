package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import dev.forebay.limits.Algorithm;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimiterBuilder;
import dev.forebay.limits.RateLimits;
import dev.forebay.redis.Availability;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Our limiter as the guide shows it. */
final class ForebayLimiter implements Limiter {

  static final String CONFIGURATION =
      "`RateLimits.on`, one connection, denials remembered until they are over, command time-out 5 s";

  /** In advance, so that a check needs Redis once in a while only. */
  static final String LEASING = "; permits taken up to 100 at a time, to be used within a second";

  private static final long LEASED = 100;

  private final Redis redis;
  private final RateLimits limits;
  private final RateLimiter limiter;

  /** Returns one that asks Redis at each check that it does not know to be denied. */
  static ForebayLimiter checking(Stage stage, Allowance allowance, Algorithm algorithm) {
    return new ForebayLimiter(stage, allowance, limiter -> limiter.algorithm(algorithm));
  }

  /** Returns one that takes permits in advance. */
  static ForebayLimiter leasing(Stage stage, Allowance allowance) {
    long permits = Math.min(LEASED, allowance.calls());
    return new ForebayLimiter(
        stage, allowance, limiter -> limiter.leasing(permits, Duration.ofSeconds(1)));
  }

  private ForebayLimiter(
      Stage stage, Allowance allowance, UnaryOperator<RateLimiterBuilder> choice) {
    // Required and patient: a turn on a busy machine must not count without Redis.
    redis = Redis.connect(
        RedisSettings.builder()
            .uri(stage.uri())
            .availability(Availability.REQUIRED)
            .commandTimeout(Duration.ofSeconds(5))
            .build(),
        Workload.LIMITS);
    limits = RateLimits.on(redis);
    limiter = choice
        .apply(limits
            .limiter("benchmark-" + allowance.calls())
            .limit(allowance.calls(), allowance.period()))
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
