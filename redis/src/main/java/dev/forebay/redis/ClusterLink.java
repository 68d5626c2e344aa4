package dev.forebay.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the nodes of a cluster. A call goes to the master of its slot by an {@link Outbox}
 * of that node; where the node redirects it, or is not connected just now, by {@link Detours}. So
 * calls on one slot keep their order, except while the slot moves or its node is lost.
 */
final class ClusterLink extends Link {

  private final StatefulRedisClusterConnection<String, byte[]> connection;
  private final EventLoops eventLoops;
  private final Detours detours;
  private final Map<String, ClusterNode> nodes = new ConcurrentHashMap<>();
  private volatile boolean closed;

  ClusterLink(StatefulRedisClusterConnection<String, byte[]> connection, EventLoops eventLoops) {
    this.connection = connection;
    this.eventLoops = eventLoops;
    this.detours = new Detours(connection.async());
  }

  @Override
  StatefulConnection<String, byte[]> connection() {
    return connection;
  }

  @Override
  boolean isSharded() {
    return true;
  }

  @Override
  void send(int slot, CombinedReply<?> call) {
    Outbox outbox = outboxOf(slot);
    if (outbox == null) {
      detours.send(call);
    } else {
      outbox.send(call);
    }
  }

  @Override
  <R> CompletableFuture<R> send(
      int slot, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    Outbox outbox = outboxOf(slot);
    if (outbox == null) {
      return send(command);
    }
    OutgoingCommand<R> outgoing = new OutgoingCommand<>(command);
    outbox.send(outgoing);
    return outgoing.reply();
  }

  @Override
  <R> CompletableFuture<R> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    OutgoingCommand<R> outgoing = new OutgoingCommand<>(command);
    outgoing.send(connection.async(), null);
    return outgoing.reply();
  }

  @Override
  CompletableFuture<String> ping() {
    return send(RedisClusterAsyncCommands::ping);
  }

  /** Connects to every master, so that the first calls need no detour. */
  CompletableFuture<Void> connectNodes() {
    return CompletableFuture.allOf(connection.getPartitions().stream()
        .filter(node -> !node.getSlots().isEmpty())
        .map(node -> nodeOf(node.getNodeId()).connected())
        .toArray(CompletableFuture[]::new));
  }

  private @Nullable Outbox outboxOf(int slot) {
    RedisClusterNode master = connection.getPartitions().getMasterBySlot(slot);
    if (master == null || closed) {
      return null;
    }
    return nodeOf(master.getNodeId()).outbox();
  }

  private ClusterNode nodeOf(String id) {
    ClusterNode known = nodes.get(id);
    if (known != null && !known.isLost()) {
      return known;
    }
    return nodes.compute(id, (same, present) -> {
      if (present != null && !present.isLost()) {
        return present;
      }
      if (present != null) {
        present.close();
      }
      return new ClusterNode(connectionTo(id), eventLoops, detours);
    });
  }

  private CompletableFuture<StatefulRedisConnection<String, byte[]>> connectionTo(String id) {
    try {
      return connection.getConnectionAsync(id);
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  void stopSending() {
    closed = true;
    nodes.values().forEach(ClusterNode::close);
    detours.close();
  }

  @Override
  void wakeOverdue() {
    nodes.values().forEach(ClusterNode::wakeOverdue);
    detours.wakeOverdue();
  }
}
