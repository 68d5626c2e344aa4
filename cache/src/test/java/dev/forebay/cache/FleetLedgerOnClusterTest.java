package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class FleetLedgerOnClusterTest extends FleetLedgerTest {

  FleetLedgerOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
