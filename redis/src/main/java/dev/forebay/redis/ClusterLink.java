package dev.forebay.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.protocol.ConnectionIntent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the nodes of a cluster. A call goes to the master of its slot by an {@link Outbox}
 * of that node; where the node redirects it, or is not connected or does not answer just now, by {@link
 * Detours}. So calls on one slot keep their order, except while the slot moves or its node is lost.
 */
final class ClusterLink extends Link {

  private final StatefulRedisClusterConnection<String, byte[]> connection;
  private final EventLoops eventLoops;
  private final Detours detours;
  private final Map<String, NodeConnection> masters = new ConcurrentHashMap<>();
  private final Map<String, NodeConnection> replicas = new ConcurrentHashMap<>();
  private final ConnectGate gate = new ConnectGate();
  /** Commands of no slot, which Lettuce may keep waiting for a connection to some node. */
  private final Set<OutgoingCommand<?>> unanswered = ConcurrentHashMap.newKeySet();

  private final long patienceNanos;
  private final Duration commandTimeout;

  /** When a master was seen connected last. Used by the thread that asks {@link #isAdrift} only. */
  private long connectedAt = System.nanoTime();

  /**
   * @param connectTimeout for how long no master may be connected
   * @param commandTimeout how long a node may leave calls without an answer
   */
  ClusterLink(
      StatefulRedisClusterConnection<String, byte[]> connection,
      EventLoops eventLoops,
      Duration connectTimeout,
      Duration commandTimeout) {
    this.connection = connection;
    this.eventLoops = eventLoops;
    this.patienceNanos = connectTimeout.toNanos();
    this.commandTimeout = commandTimeout;
    this.detours = new Detours(connection.async(), gate);
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
  @Nullable
  Object sockets() {
    Set<Object> sockets = new HashSet<>();
    for (NodeConnection master : connectToMasters()) {
      Object socket = master.socket();
      if (socket == null) {
        return null;
      }
      sockets.add(socket);
    }
    return sockets;
  }

  @Override
  CompletableFuture<Optional<List<String>>> placement() {
    List<CompletableFuture<String>> views = new ArrayList<>();
    for (NodeConnection master : connectToMasters()) {
      Outbox outbox = master.outbox();
      if (outbox == null) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      OutgoingCommand<String> view = new OutgoingCommand<>(RedisClusterAsyncCommands::clusterNodes);
      outbox.send(view);
      views.add(view.reply());
    }
    return CompletableFuture.allOf(views.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> SlotPlacement.of(views.stream().map(CompletableFuture::join).toList()));
  }

  @Override
  boolean isAdrift() {
    long now = System.nanoTime();
    if (isConnected()) {
      connectedAt = now;
    }
    return now - connectedAt > patienceNanos;
  }

  /** Returns whether a master is connected. Begins to make the connections that are missing. */
  boolean isConnected() {
    return connectToMasters().stream().anyMatch(NodeConnection::isOpen);
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
  void sendToReplica(int slot, CombinedReply<?> read) {
    Outbox outbox = replicaOutboxOf(slot);
    if (outbox == null) {
      send(slot, read);
    } else {
      read.leaveToReplica();
      outbox.send(read);
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
    unanswered.add(outgoing);
    var ignored = outgoing.reply().whenComplete((reply, failure) -> unanswered.remove(outgoing));
    if (gate.enter()) {
      try {
        var unused = outgoing.send(connection.async(), null);
      } finally {
        gate.leave();
      }
    } else {
      outgoing.fail(new RedisException("Connection closed"));
    }
    return outgoing.reply();
  }

  @Override
  Map<String, CompletableFuture<String>> info(String section) {
    Map<String, CompletableFuture<String>> figures = new HashMap<>();
    for (RedisClusterNode node : connection.getPartitions()) {
      Outbox outbox = node.hasNoSlots()
          ? null
          : connectionTo(ConnectionIntent.WRITE, node.getNodeId()).outbox();
      if (outbox != null) {
        OutgoingCommand<String> info = new OutgoingCommand<>(commands -> commands.info(section));
        outbox.send(info);
        figures.put(node.getUri().getHost() + ":" + node.getUri().getPort(), info.reply());
      }
    }
    return figures;
  }

  @Override
  CompletableFuture<String> ping() {
    return send(RedisClusterAsyncCommands::ping);
  }

  /** Connects to every master, so that the first calls need no detour. */
  CompletableFuture<Void> connectNodes() {
    return CompletableFuture.allOf(connectToMasters().stream()
        .map(NodeConnection::connected)
        .toArray(CompletableFuture[]::new));
  }

  /**
   * Returns the connections to the masters that have slots, and begins to make those that are missing:
   * to nodes that became masters since the last time, and to those that could not be reached then.
   */
  private List<NodeConnection> connectToMasters() {
    List<NodeConnection> connections = new ArrayList<>();
    for (RedisClusterNode node : connection.getPartitions()) {
      if (!node.hasNoSlots()) {
        connections.add(connectionTo(ConnectionIntent.WRITE, node.getNodeId()));
      }
    }
    return connections;
  }

  // A master that does not answer is waited for: by another socket, a deletion could overtake a
  // write.
  private @Nullable Outbox outboxOf(int slot) {
    RedisClusterNode master = connection.getPartitions().getMasterBySlot(slot);
    return master == null || gate.isClosed()
        ? null
        : connectionTo(ConnectionIntent.WRITE, master.getNodeId()).outbox();
  }

  private @Nullable Outbox replicaOutboxOf(int slot) {
    RedisClusterNode master = connection.getPartitions().getMasterBySlot(slot);
    if (master == null || gate.isClosed()) {
      return null;
    }
    for (RedisClusterNode node : connection.getPartitions()) {
      if (master.getNodeId().equals(node.getSlaveOf()) && !node.is(NodeFlag.FAIL)) {
        Outbox outbox = connectionTo(ConnectionIntent.READ, node.getNodeId()).outboxIfAnswering();
        if (outbox != null) {
          return outbox;
        }
      }
    }
    return null;
  }

  private NodeConnection connectionTo(ConnectionIntent intent, String node) {
    Map<String, NodeConnection> connections = intent == ConnectionIntent.WRITE ? masters : replicas;
    NodeConnection known = connections.get(node);
    if (known != null && !known.isLost()) {
      return known;
    }
    return connections.compute(node, (same, present) -> {
      if (present != null && !present.isLost()) {
        return present;
      }
      if (present != null) {
        present.close();
      }
      return new NodeConnection(connect(intent, node), eventLoops, detours, commandTimeout);
    });
  }

  private CompletableFuture<StatefulRedisConnection<String, byte[]>> connect(
      ConnectionIntent intent, String node) {
    if (!gate.enter()) {
      return CompletableFuture.failedFuture(new RedisException("Connection closed"));
    }
    try {
      return connection.getConnectionAsync(node, intent);
    } catch (RuntimeException e) {
      // The node left the cluster, or all this is being closed.
      return CompletableFuture.failedFuture(e);
    } finally {
      gate.leave();
    }
  }

  @Override
  void stopSending() {
    gate.close();
    masters.values().forEach(NodeConnection::close);
    replicas.values().forEach(NodeConnection::close);
    detours.close();
    unanswered.forEach(command -> command.fail(new RedisException("Connection closed")));
  }

  @Override
  void wakeOverdue() {
    masters.values().forEach(NodeConnection::wakeOverdue);
    replicas.values().forEach(NodeConnection::wakeOverdue);
    detours.wakeOverdue();
  }
}
