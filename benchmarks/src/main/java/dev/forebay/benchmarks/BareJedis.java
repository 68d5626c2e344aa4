package dev.forebay.benchmarks;

import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;

/** Connects Jedis, for floors. */
public final class BareJedis {

  /** How, in words. */
  public static final String CONFIGURATION = "pool with a connection for each caller";

  private BareJedis() {}

  /** Returns a client of the stage's database. */
  public static RedisClient connect(Stage stage) {
    int callers = stage.played().callers().count();
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(callers);
    pool.setMaxIdle(callers);
    return RedisClient.builder()
        .hostAndPort("127.0.0.1", stage.port())
        .clientConfig(
            DefaultJedisClientConfig.builder().database(stage.database()).build())
        .poolConfig(pool)
        .build();
  }
}
