package dev.forebay.redis;

import dev.forebay.redis.spi.Reply;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A reply that Lettuce will deliver; translates its failures into ours. */
final class LettuceReply<R, T> implements Reply<T> {

  private final CompletableFuture<R> future;
  private final Function<R, T> mapping;
  private final RedisSettings settings;

  LettuceReply(CompletableFuture<R> future, Function<R, T> mapping, RedisSettings settings) {
    this.future = future;
    this.mapping = mapping;
    this.settings = settings;
  }

  @Override
  public T await() {
    R reply;
    try {
      reply = future.get(settings.commandTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(false);
      throw new RedisUnavailableException(
          "No reply from Redis at %s within %d ms"
              .formatted(settings.address(), settings.commandTimeout().toMillis()),
          e);
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw new RedisUnavailableException("Interrupted while waiting for Redis", e);
    } catch (ExecutionException e) {
      throw translate(e.getCause() == null ? e : e.getCause(), settings);
    } catch (RuntimeException e) {
      throw translate(e, settings);
    }
    return mapping.apply(reply);
  }

  static ForebayException translate(Throwable failure, RedisSettings settings) {
    if (failure instanceof RedisCommandExecutionException && !isPassing(failure)) {
      return new RedisOperationException(
          "Redis at " + settings.address() + " refused: " + failure.getMessage(), failure);
    }
    return new RedisUnavailableException(
        "Redis at " + settings.address() + " is not available: " + failure.getMessage(), failure);
  }

  /** Whether the server answers so only for now: it is loading, failing over or busy in a script. */
  private static boolean isPassing(Throwable failure) {
    return failure instanceof RedisLoadingException
        || failure instanceof RedisReadOnlyException
        || failure instanceof RedisBusyException;
  }
}
