package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class RedisCacheOnSentinelTest extends RedisCacheTest {

  RedisCacheOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
