package dev.forebay.redis;

import dev.forebay.redis.spi.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A reply that a future will hold. */
final class LettuceReply<R, T> implements Reply<T> {

  private final CompletableFuture<R> future;
  private final Function<R, T> mapping;
  private final Link link;
  private final Outcomes outcomes;
  private final long deadline;

  LettuceReply(CompletableFuture<R> future, Function<R, T> mapping, Link link, Outcomes outcomes) {
    this.future = future;
    this.mapping = mapping;
    this.link = link;
    this.outcomes = outcomes;
    this.deadline = System.nanoTime() + outcomes.timeoutNanos();
  }

  @Override
  public T await() {
    R reply;
    try {
      reply = future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(false);
      throw outcomes.timedOut(link, e);
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw outcomes.interrupted(e);
    } catch (ExecutionException e) {
      throw outcomes.failed(link, e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      throw outcomes.failed(link, e);
    }
    outcomes.answered();
    return mapping.apply(reply);
  }
}
