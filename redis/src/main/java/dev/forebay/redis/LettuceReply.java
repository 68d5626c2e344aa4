package dev.forebay.redis;

import dev.forebay.redis.spi.Reply;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A reply that Lettuce will deliver; tells the supervisor how it went, and translates failures. */
final class LettuceReply<R, T> implements Reply<T> {

  private final CompletableFuture<R> future;
  private final Function<R, T> mapping;
  private final ConnectionSupervisor supervisor;
  private final Link link;
  private final Duration timeout;
  private final long deadline;
  private final String address;

  LettuceReply(
      CompletableFuture<R> future,
      Function<R, T> mapping,
      ConnectionSupervisor supervisor,
      Link link,
      Duration timeout,
      String address) {
    this.future = future;
    this.mapping = mapping;
    this.supervisor = supervisor;
    this.link = link;
    this.timeout = timeout;
    this.deadline = System.nanoTime() + timeout.toNanos();
    this.address = address;
  }

  @Override
  public T await() {
    R reply;
    try {
      reply = future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(false);
      supervisor.timedOut(link);
      throw new RedisUnavailableException(
          "No reply from Redis at %s within %d ms".formatted(address, timeout.toMillis()), e);
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw new RedisUnavailableException("Interrupted while waiting for Redis", e);
    } catch (ExecutionException e) {
      throw translate(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      throw translate(e);
    }
    supervisor.answered();
    return mapping.apply(reply);
  }

  private ForebayException translate(Throwable failure) {
    if (failure instanceof RedisCommandExecutionException) {
      supervisor.answeredByError(link, failure);
      if (!isPassing(failure)) {
        return new RedisOperationException(
            "Redis at " + address + " refused: " + failure.getMessage(), failure);
      }
    }
    return new RedisUnavailableException(
        "Redis at " + address + " is not available: " + failure.getMessage(), failure);
  }

  /** Whether the server answers so only for now: it is loading, failing over or busy in a script. */
  private static boolean isPassing(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof RedisLoadingException
        || failure instanceof RedisReadOnlyException
        || failure instanceof RedisBusyException
        || message.startsWith("CLUSTERDOWN")
        || message.startsWith("MASTERDOWN")
        || message.startsWith("TRYAGAIN")
        || message.startsWith("NOREPLICAS");
  }
}
