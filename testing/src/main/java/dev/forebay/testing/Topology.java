package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedSentinel;
import java.util.List;

/** What servers the tests of a class share. */
public enum Topology {
  /** One server. */
  STANDALONE {
    @Override
    SharedServers start() {
      return SharedRedis.start();
    }
  },

  /** A master with 2 replicas, watched by 3 sentinels; see {@link EmbeddedSentinel}. */
  SENTINEL {
    @Override
    SharedServers start() {
      EmbeddedSentinel redis = EmbeddedSentinel.start();
      return new SharedSet(
          redis.uri(), redis::execute, () -> List.of(redis.master().endpoint()), redis::close);
    }
  },

  /** 3 masters with a replica each; see {@link EmbeddedCluster}. */
  CLUSTER {
    @Override
    SharedServers start() {
      EmbeddedCluster redis = EmbeddedCluster.start();
      return new SharedSet(
          redis.uri(),
          redis::execute,
          () -> redis.masters().stream().map(node -> node.endpoint()).toList(),
          redis::close);
    }
  },

  /**
   * 3 masters without replicas, of another cluster than {@link #CLUSTER}, and a thread for each test
   * that moves the slots of its keys from one to the other while it runs: clients are redirected and
   * find scripts unknown, scans find slots moved. A slot is never between two masters, as it is while
   * operators move it; for that there is {@link EmbeddedCluster#beginMove}.
   */
  MOVING_CLUSTER {
    @Override
    SharedServers start() {
      return MovingCluster.start();
    }
  };

  /** Whether keys are spread over several masters by their slots. */
  public boolean isCluster() {
    return this == CLUSTER || this == MOVING_CLUSTER;
  }

  /** Starts such servers, or takes those that the environment names. */
  abstract SharedServers start();
}
