package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class InvalidationOnSentinelTest extends InvalidationTest {

  InvalidationOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
