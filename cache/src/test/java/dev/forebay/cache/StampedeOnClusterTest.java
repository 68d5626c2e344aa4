package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class StampedeOnClusterTest extends StampedeTest {

  StampedeOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
