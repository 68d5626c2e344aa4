package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The way of single calls through a cluster, by Lettuce, which follows the nodes' redirections: for
 * calls that a node did not carry out since a slot is moving or has moved, and for those whose node
 * is not connected. Safe for concurrent use; blocks only a moment, while its link is closed.
 */
final class Detours {

  private final RedisClusterAsyncCommands<String, byte[]> commands;
  private final ConnectGate gate;
  private final Set<Batch> underWay = ConcurrentHashMap.newKeySet();
  private final Set<String> knownScripts = ConcurrentHashMap.newKeySet();

  /** @param gate closed before this is */
  Detours(RedisClusterAsyncCommands<String, byte[]> commands, ConnectGate gate) {
    this.commands = commands;
    this.gate = gate;
  }

  /** Returns whether a node did not carry out a command since another one has the slot, or a part. */
  static boolean isRedirection(Throwable failure) {
    Throwable cause = Batch.causeOf(failure);
    String message = String.valueOf(cause.getMessage());
    return cause instanceof RedisCommandExecutionException
        && (message.startsWith("MOVED ")
            || message.startsWith("ASK ")
            || message.startsWith("TRYAGAIN"));
  }

  RedisClusterAsyncCommands<String, byte[]> commands() {
    return commands;
  }

  void send(CombinedReply<?> call) {
    if (call.isAbandoned()) {
      return;
    }
    Batch alone = call.newBatch();
    alone.add(call);
    underWay.add(alone);
    if (!gate.enter()) {
      completed(alone, closed());
      return;
    }
    try {
      alone.sendByKey(commands, knownScripts, failure -> completed(alone, failure));
    } catch (RuntimeException e) {
      completed(alone, e);
    } finally {
      gate.leave();
    }
  }

  private void completed(Batch alone, @Nullable Throwable failure) {
    if (underWay.remove(alone)) {
      CombinedReply.wakeAll(alone.settle(failure));
    }
  }

  /** See {@link Outbox#wakeOverdue}. */
  void wakeOverdue() {
    CombinedReply.wakeOverdue(underWay, System.nanoTime());
  }

  /** Fails what is under way. What comes from now on, the gate does not let pass. */
  void close() {
    underWay.forEach(batch -> completed(batch, closed()));
  }

  private static RedisException closed() {
    return new RedisException("Connection closed");
  }
}
