package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.Stage;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.Codec;
import org.redisson.codec.Kryo5Codec;
import org.redisson.codec.TypedJsonJackson3Codec;
import org.redisson.config.Config;

/** Connects Redisson. */
final class RedissonClients {

  static final String CONFIGURATION =
      "scripts cached, pool of 64 connections or one for each caller, ";
  private static final int POOL = 64;

  private RedissonClients() {}

  static RedissonClient connect(Stage stage) {
    int pool = Math.max(POOL, stage.played().callers().count());
    Config config = new Config();
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + stage.port())
        .setDatabase(stage.database())
        .setConnectionPoolSize(pool);
    return Redisson.create(config);
  }

  /** JSON of the one type, as the others store it. */
  static Codec json() {
    return new TypedJsonJackson3Codec(Listing.class, Long.class, Listing.class);
  }

  /** The default of Redisson. */
  static Codec kryo() {
    return new Kryo5Codec();
  }
}
