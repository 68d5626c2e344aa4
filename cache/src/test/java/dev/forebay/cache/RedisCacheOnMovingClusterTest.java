package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

@RedisTest(Topology.MOVING_CLUSTER)
class RedisCacheOnMovingClusterTest extends RedisCacheTest {

  RedisCacheOnMovingClusterTest(RedisNamespace namespace) {
    super(namespace);
  }

  @Override
  @Test
  @Disabled(
      "A search may miss what moves past it; see MovingSlotsTest for what a deletion does then")
  void entries_are_found_and_deleted_by_pattern_and_counted() {}
}
