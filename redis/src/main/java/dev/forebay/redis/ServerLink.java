package dev.forebay.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A connection to one server. */
final class ServerLink extends Link {

  private final StatefulRedisConnection<String, byte[]> connection;
  private final Outbox outbox;

  ServerLink(StatefulRedisConnection<String, byte[]> connection, EventLoop eventLoop) {
    this.connection = connection;
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
  boolean isSharded() {
    return false;
  }

  @Override
  void send(int slot, CombinedReply<?> call) {
    outbox.send(call);
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
  CompletableFuture<String> ping() {
    OutgoingCommand<String> ping = new OutgoingCommand<>(RedisClusterAsyncCommands::ping);
    outbox.overtake(ping);
    return ping.reply();
  }

  @Override
  void stopSending() {
    outbox.close();
  }

  @Override
  void wakeOverdue() {
    outbox.wakeOverdue();
  }
}
