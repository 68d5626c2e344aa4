package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.MOVING_CLUSTER)
class RefreshesOnMovingClusterTest extends RefreshesTest {

  RefreshesOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
