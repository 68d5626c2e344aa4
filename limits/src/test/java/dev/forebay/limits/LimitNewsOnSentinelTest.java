package dev.forebay.limits;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class LimitNewsOnSentinelTest extends LimitNewsTest {

  LimitNewsOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
