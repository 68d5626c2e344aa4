package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class CacheOversightOnClusterTest extends CacheOversightTest {

  CacheOversightOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }
}
