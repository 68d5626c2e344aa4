package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class SharingOnClusterTest extends SharingTest {

  SharingOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
