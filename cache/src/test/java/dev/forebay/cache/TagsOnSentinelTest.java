package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class TagsOnSentinelTest extends TagsTest {

  TagsOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
