package dev.forebay.limits;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class RateLimiterOnSentinelTest extends RateLimiterTest {

  RateLimiterOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
