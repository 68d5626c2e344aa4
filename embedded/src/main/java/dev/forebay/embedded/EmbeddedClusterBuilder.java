package dev.forebay.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Settings of an {@link EmbeddedCluster} that is to be started. For one thread. */
public final class EmbeddedClusterBuilder extends EmbeddedServerBuilder<EmbeddedClusterBuilder> {

  private int masters = 3;
  private int replicasPerMaster = 1;
  private Duration nodeTimeout = Duration.ofSeconds(2);

  EmbeddedClusterBuilder() {
    super(Duration.ofSeconds(30));
  }

  @Override
  EmbeddedClusterBuilder self() {
    return this;
  }

  /** How many masters share the slots evenly, from 1 to 100. By default 3. */
  public EmbeddedClusterBuilder masters(int count) {
    if (count < 1 || count > 100) {
      throw new IllegalArgumentException("masters must be from 1 to 100, was " + count
          + "; below 3 no replica is promoted when one ends");
    }
    this.masters = count;
    return this;
  }

  /** How many replicas each master has, from 0 to 10. By default 1. */
  public EmbeddedClusterBuilder replicasPerMaster(int count) {
    if (count < 0 || count > 10) {
      throw new IllegalArgumentException("replicasPerMaster must be from 0 to 10, was " + count);
    }
    this.replicasPerMaster = count;
    return this;
  }

  /**
   * How long a node is silent before the others take it to be down, at least 100 ms. By default 2 s;
   * a promotion takes about a second more.
   */
  public EmbeddedClusterBuilder nodeTimeout(Duration silence) {
    if (silence.toMillis() < 100) {
      throw new IllegalArgumentException("nodeTimeout must be at least 100 ms, was " + silence);
    }
    this.nodeTimeout = silence;
    return this;
  }

  /**
   * Starts the nodes and makes them a cluster. Returns when every node serves (masters of a new
   * cluster do so after 2 s at the earliest), knows all others, and every replica is in sync.
   *
   * @throws IllegalArgumentException if there is {@link #withoutDefaultUser()} without a {@link #user},
   *     or with an {@link #aclFile} that sets the default user
   * @throws EmbeddedServerException if a node cannot be started or the cluster is not complete in
   *     time; nothing of it is left then
   */
  public EmbeddedCluster start() {
    ServerPlan plan = plan(loginOfSet());
    ServerSet servers = new ServerSet(launcher());
    boolean ready = false;
    try {
      List<EmbeddedRedis> ofMasters = new ArrayList<>();
      for (int i = 0; i < masters; i++) {
        ofMasters.add(servers.start(plan));
      }
      List<EmbeddedRedis> ofReplicas = new ArrayList<>();
      for (int i = 0; i < masters * replicasPerMaster; i++) {
        ofReplicas.add(servers.start(plan));
      }
      new ClusterFormation(ofMasters, ofReplicas, patience()).run();
      EmbeddedCluster started = new EmbeddedCluster(servers, patience());
      started.awaitReady();
      ready = true;
      return started;
    } finally {
      if (!ready) {
        servers.close();
      }
    }
  }

  private ServerPlan plan(Login login) {
    RedisConfig cluster = new RedisConfig()
        .addAll(ReplicationState.directives(login, hasTls()))
        .add("cluster-enabled", "yes")
        .add("cluster-config-file", "nodes.conf")
        .add("cluster-announce-ip", "127.0.0.1")
        .add("cluster-node-timeout", Long.toString(nodeTimeout.toMillis()));
    if (hasTls()) {
      cluster.add("tls-cluster", "yes");
    }
    return new ServerPlan(
        ServerPlan.Kind.CLUSTER_NODE,
        0,
        null,
        password(),
        users(),
        hasTls(),
        directives(cluster),
        patience());
  }
}
