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
  };

  /** Starts such servers, or takes those that the environment names. */
  abstract SharedServers start();
}
