package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.MOVING_CLUSTER)
class CountersOnMovingClusterTest extends CountersTest {

  CountersOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
