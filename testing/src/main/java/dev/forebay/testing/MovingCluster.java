package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.RedisEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A cluster on which the slots of each test move while it runs. */
record MovingCluster(EmbeddedCluster cluster, ReentrantLock moving) implements SharedServers {

  /** Replicas would have to follow each move, and nobody is to take over here. */
  static MovingCluster start() {
    return new MovingCluster(
        EmbeddedCluster.builder()
            .replicasPerMaster(0)
            .nodeTimeout(Duration.ofSeconds(30))
            .start(),
        new ReentrantLock());
  }

  @Override
  public String uri() {
    return cluster.uri();
  }

  @Override
  public @Nullable Object execute(String... command) {
    return cluster.execute(command);
  }

  @Override
  public List<RedisEndpoint> masters() {
    return cluster.masters().stream().map(node -> node.endpoint()).toList();
  }

  @Override
  public Runnable disturb(String keyPrefix) {
    SlotMover mover = new SlotMover(cluster, moving, keyPrefix);
    mover.start();
    return mover::end;
  }

  @Override
  public void undisturbed(Runnable action) {
    moving.lock();
    try {
      action.run();
    } finally {
      moving.unlock();
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
