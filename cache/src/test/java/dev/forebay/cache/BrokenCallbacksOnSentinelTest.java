package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class BrokenCallbacksOnSentinelTest extends BrokenCallbacksTest {

  BrokenCallbacksOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
