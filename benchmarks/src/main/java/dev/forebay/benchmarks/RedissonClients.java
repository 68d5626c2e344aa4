package dev.forebay.benchmarks;

import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Connects Redisson as its manual advises. */
public final class RedissonClients {

  /** How, in words that go on. */
  public static final String CONFIGURATION =
      "scripts cached, pool of 64 connections or one for each caller, ";

  private static final int POOL = 64;

  private RedissonClients() {}

  /** Returns a client of the stage's database. */
  public static RedissonClient connect(Stage stage) {
    int pool = Math.max(POOL, stage.played().callers().count());
    Config config = new Config();
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + stage.port())
        .setDatabase(stage.database())
        .setConnectionPoolSize(pool);
    return Redisson.create(config);
  }
}
