package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class BrokenCallbacksOnClusterTest extends BrokenCallbacksTest {

  BrokenCallbacksOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
