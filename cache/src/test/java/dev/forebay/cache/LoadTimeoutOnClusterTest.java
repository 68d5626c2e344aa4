package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class LoadTimeoutOnClusterTest extends LoadTimeoutTest {

  LoadTimeoutOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
