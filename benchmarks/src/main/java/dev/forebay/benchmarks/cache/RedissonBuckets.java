package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.Codec;

/** Redisson's {@code RBucket}: a key for each entry. */
final class RedissonBuckets implements ListingCache {

  private static final Duration TTL = Duration.ofHours(1);

  private final RedissonClient redisson;
  private final Codec codec;

  RedissonBuckets(Stage stage, Codec codec) {
    this.redisson = RedissonClients.connect(stage);
    this.codec = codec;
  }

  @Override
  public @Nullable Listing get(long id) {
    return redisson.<Listing>getBucket(LettuceFloor.key(id), codec).get();
  }

  @Override
  public void put(long id, Listing listing) {
    redisson.<Listing>getBucket(LettuceFloor.key(id), codec).set(listing, TTL);
  }

  @Override
  public int getAll(List<Long> ids) {
    return redisson
        .getBuckets(codec)
        .<Listing>get(ids.stream().map(LettuceFloor::key).toArray(String[]::new))
        .size();
  }

  @Override
  public void close() {
    redisson.shutdown();
  }
}
