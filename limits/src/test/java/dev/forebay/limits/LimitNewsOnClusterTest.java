package dev.forebay.limits;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class LimitNewsOnClusterTest extends LimitNewsTest {

  LimitNewsOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
