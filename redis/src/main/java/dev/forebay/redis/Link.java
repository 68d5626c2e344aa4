package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its establishment to its loss, to a server or to all nodes of a cluster, and
 * what its servers are known to hold.
 */
final class Link {

  private final StatefulConnection<String, byte[]> connection;
  private final RedisClusterAsyncCommands<String, byte[]> commands;
  private final @Nullable Outbox outbox;
  private final Set<String> knownScripts = ConcurrentHashMap.newKeySet();

  private Link(
      StatefulConnection<String, byte[]> connection,
      RedisClusterAsyncCommands<String, byte[]> commands,
      @Nullable Outbox outbox) {
    this.connection = connection;
    this.commands = commands;
    this.outbox = outbox;
  }

  /** @param eventLoop the one that carries the connection */
  static Link of(StatefulRedisConnection<String, byte[]> connection, EventLoop eventLoop) {
    return new Link(
        connection,
        connection.async(),
        new Outbox(connection, eventLoop, LettuceClient.REQUEST_QUEUE_SIZE));
  }

  static Link of(StatefulRedisClusterConnection<String, byte[]> connection) {
    return new Link(connection, connection.async(), null);
  }

  StatefulConnection<String, byte[]> connection() {
    return connection;
  }

  /** Returns what sends to a single server, or null if this is a cluster. */
  @Nullable
  Outbox outbox() {
    return outbox;
  }

  /** Sends {@code command} after all that this thread sent before. */
  <R> CompletableFuture<R> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    OutgoingCommand<R> outgoing = new OutgoingCommand<>(command);
    if (outbox == null) {
      outgoing.send(commands);
    } else {
      outbox.send(outgoing);
    }
    return outgoing.reply();
  }

  /** Sends {@code PING}, past whatever waits to be sent. */
  CompletableFuture<String> ping() {
    OutgoingCommand<String> ping = new OutgoingCommand<>(RedisClusterAsyncCommands::ping);
    if (outbox == null) {
      ping.send(commands);
    } else {
      outbox.overtake(ping);
    }
    return ping.reply();
  }

  /** Fails what is waiting here, to be sent or for a reply, and what comes from now on. */
  void stopSending() {
    if (outbox != null) {
      outbox.close();
    }
  }

  /** Wakes callers on virtual threads whose time is over. */
  void wakeOverdue() {
    if (outbox != null) {
      outbox.wakeOverdue();
    }
  }

  /**
   * Sends commands together, by one flush for each connection underneath. Only from within {@link
   * #send}: elsewhere they would overtake what waits in the outbox.
   */
  void dispatch(Collection<? extends RedisCommand<String, byte[], ?>> batch) {
    connection.dispatch(batch);
  }

  /** Returns whether keys are spread over several nodes by their slots. */
  boolean isSharded() {
    return outbox == null;
  }

  /** Returns whether a server was sent the script's text before on this connection. */
  boolean knows(LuaScript script) {
    return knownScripts.contains(script.sha1());
  }

  void learned(LuaScript script) {
    knownScripts.add(script.sha1());
  }
}
