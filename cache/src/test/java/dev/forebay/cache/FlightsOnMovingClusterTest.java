package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.MOVING_CLUSTER)
class FlightsOnMovingClusterTest extends FlightsTest {

  FlightsOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
