package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.MOVING_CLUSTER)
class BlocksOnMovingClusterTest extends BlocksTest {

  BlocksOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
