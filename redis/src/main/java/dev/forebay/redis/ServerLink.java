package dev.forebay.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection to one server, and one to a replica of it once somebody reads from replicas. */
final class ServerLink extends Link {

  private final StatefulRedisConnection<String, byte[]> connection;
  private final Outbox outbox;
  private final Supplier<NodeConnection> replicas;
  private final ReentrantLock replacing = new ReentrantLock();

  private volatile @Nullable NodeConnection replica;
  private volatile boolean closed;

  /** @param replicas connects to some replica; never blocks */
  ServerLink(
      StatefulRedisConnection<String, byte[]> connection,
      EventLoop eventLoop,
      Supplier<NodeConnection> replicas) {
    this.connection = connection;
    this.replicas = replicas;
    this.outbox = new Outbox(connection, eventLoop, LettuceClient.REQUEST_QUEUE_SIZE, null);
  }

  Outbox outbox() {
    return outbox;
  }

  @Override
  StatefulConnection<String, byte[]> connection() {
    return connection;
  }

  @Override
  Object sockets() {
    return connection; // never made anew
  }

  @Override
  boolean isSharded() {
    return false;
  }

  @Override
  void send(int slot, CombinedReply<?> call) {
    outbox.send(call);
  }

  @Override
  void sendToReplica(int slot, CombinedReply<?> read) {
    NodeConnection present = replica;
    if (present == null || present.isLost()) {
      present = replaced(present);
    }
    Outbox ofReplica = present == null ? null : present.outboxIfAnswering();
    if (ofReplica == null) {
      outbox.send(read);
    } else {
      read.leaveToReplica();
      ofReplica.send(read);
    }
  }

  private @Nullable NodeConnection replaced(@Nullable NodeConnection useless) {
    replacing.lock();
    try {
      if (replica == useless && !closed) {
        if (useless != null) {
          useless.close();
        }
        replica = replicas.get();
      }
      return replica;
    } finally {
      replacing.unlock();
    }
  }

  @Override
  <R> CompletableFuture<R> send(
      int slot, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    return send(command);
  }

  @Override
  <R> CompletableFuture<R> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    OutgoingCommand<R> outgoing = new OutgoingCommand<>(command);
    outbox.send(outgoing);
    return outgoing.reply();
  }

  @Override
  Map<String, CompletableFuture<String>> info(String section) {
    return Map.of("", send(commands -> commands.info(section)));
  }

  @Override
  CompletableFuture<String> ping() {
    OutgoingCommand<String> ping = new OutgoingCommand<>(RedisClusterAsyncCommands::ping);
    outbox.overtake(ping);
    return ping.reply();
  }

  @Override
  void stopSending() {
    replacing.lock();
    try {
      closed = true;
      outbox.close();
      if (replica != null) {
        replica.close();
      }
    } finally {
      replacing.unlock();
    }
  }

  @Override
  void wakeOverdue() {
    outbox.wakeOverdue();
    NodeConnection present = replica;
    if (present != null) {
      present.wakeOverdue();
    }
  }
}
