package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.MOVING_CLUSTER)
class LeasesOnMovingClusterTest extends LeasesTest {

  LeasesOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
