package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;

/** Redisson's limiter: a log of the period. */
final class RedissonLimiter implements Limiter {

  static final String CONFIGURATION =
      "`RRateLimiter` with an overall rate, scripts cached, 64 connections, an object for each key kept";

  private final RedissonClient redisson;
  private final Allowance allowance;
  private final Map<String, RRateLimiter> limiters = new ConcurrentHashMap<>();

  RedissonLimiter(Stage stage, Allowance allowance) {
    this.allowance = allowance;
    redisson = RedissonClients.connect(stage);
  }

  @Override
  public boolean tryAcquire(String key) {
    return limiters.computeIfAbsent(key, this::limited).tryAcquire();
  }

  private RRateLimiter limited(String key) {
    RRateLimiter limiter = redisson.getRateLimiter(key);
    limiter.trySetRate(RateType.OVERALL, allowance.calls(), allowance.period());
    return limiter;
  }

  @Override
  public void close() {
    redisson.shutdown();
  }
}
