package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.RemoteBucketBuilder;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bucket4j on Lettuce: a bucket is read, changed in the JVM and compared and set. */
final class Bucket4jLimiter implements Limiter {

  static final String CONFIGURATION = "`Bucket4jLettuce.casBasedBuilder` on one connection, keys"
      + " that expire when full, a proxy for each key kept";

  private final TextLettuce lettuce;
  private final RemoteBucketBuilder<String> builder;
  private final BucketConfiguration configuration;
  private final Map<String, BucketProxy> buckets = new ConcurrentHashMap<>();

  /** @param batching whether calls at the same time in this JVM are merged, as its manual advises for hot keys */
  Bucket4jLimiter(Stage stage, Allowance allowance, boolean batching) {
    lettuce = new TextLettuce(stage.uri());
    ProxyManager<String> manager = Bucket4jLettuce.casBasedBuilder(
            lettuce.client().connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE)))
        .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
            Duration.ofSeconds(10)))
        .build();
    builder =
        batching ? manager.builder().withOptimization(Optimizations.batching()) : manager.builder();
    configuration = BucketConfiguration.builder()
        .addLimit(limit ->
            limit.capacity(allowance.calls()).refillGreedy(allowance.calls(), allowance.period()))
        .build();
  }

  @Override
  public boolean tryAcquire(String key) {
    return buckets
        .computeIfAbsent(key, absent -> builder.build(absent, () -> configuration))
        .tryConsume(1);
  }

  @Override
  public void close() {
    lettuce.close();
  }
}
