package dev.forebay.limits;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class LimitUsageOnClusterTest extends LimitUsageTest {

  LimitUsageOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
