package dev.forebay.limits;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class RateLimiterOnClusterTest extends RateLimiterTest {

  RateLimiterOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
