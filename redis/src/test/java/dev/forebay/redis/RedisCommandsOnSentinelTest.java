package dev.forebay.redis;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;
import org.junit.jupiter.api.Tag;

@RedisTest(Topology.SENTINEL)
@Tag("F5")
class RedisCommandsOnSentinelTest extends RedisCommandsTest {

  RedisCommandsOnSentinelTest(RedisNamespace namespace) {
    super(namespace);
  }
}
