package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class GuardedCacheOnClusterTest extends GuardedCacheTest {

  GuardedCacheOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
