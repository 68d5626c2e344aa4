package dev.forebay.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command that goes out as it is; its reply completes a future on the event loop. */
final class OutgoingCommand<R> extends Outgoing {

  private final Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command;
  private final CompletableFuture<R> reply = new CompletableFuture<>();

  OutgoingCommand(Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    this.command = command;
  }

  CompletableFuture<R> reply() {
    return reply;
  }

  /**
   * Sends the command, unless its caller gave up waiting before.
   *
   * @param detours how to go on where a node redirects this, or null if nothing does
   * @return completes when there is an answer or none will come, even if the caller gave up meanwhile
   */
  CompletableFuture<?> send(
      RedisClusterAsyncCommands<String, byte[]> commands, @Nullable Detours detours) {
    if (reply.isDone()) {
      return reply;
    }
    try {
      return command
          .apply(commands)
          .whenComplete((value, failure) -> {
            if (failure == null) {
              reply.complete(value);
            } else if (detours != null && Detours.isRedirection(failure)) {
              var unused = send(detours.commands(), null);
            } else {
              reply.completeExceptionally(failure);
            }
          })
          .toCompletableFuture();
    } catch (RuntimeException | Error e) {
      reply.completeExceptionally(e);
      return reply;
    }
  }

  @Override
  void fail(Throwable failure) {
    reply.completeExceptionally(failure);
  }
}
