package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class CacheOversightOnSentinelTest extends CacheOversightTest {

  CacheOversightOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
