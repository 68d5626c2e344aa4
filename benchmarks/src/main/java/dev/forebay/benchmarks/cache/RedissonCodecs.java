package dev.forebay.benchmarks.cache;

import org.redisson.client.codec.Codec;
import org.redisson.codec.Kryo5Codec;
import org.redisson.codec.TypedJsonJackson3Codec;

/** How Redisson stores listings. */
final class RedissonCodecs {

  private RedissonCodecs() {}

  /** JSON of the one type, as the others store it. */
  static Codec json() {
    return new TypedJsonJackson3Codec(Listing.class, Long.class, Listing.class);
  }

  /** The default of Redisson. */
  static Codec kryo() {
    return new Kryo5Codec();
  }
}
