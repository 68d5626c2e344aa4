package dev.forebay.cache;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.CLUSTER)
class BadInputOnClusterTest extends BadInputTest {

  BadInputOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }

  /** Not again: it has servers of its own, whatever the others are. */
  @Override
  void a_server_that_refuses_to_talk_costs_callers_nothing() {}
}
