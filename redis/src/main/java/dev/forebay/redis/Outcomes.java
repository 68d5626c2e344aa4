package dev.forebay.redis;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells the supervisor how commands went, and words their failures. Safe for concurrent use. */
final class Outcomes {

  private final ConnectionSupervisor supervisor;
  private final Duration timeout;
  private final long timeoutNanos;
  private final String address;

  Outcomes(ConnectionSupervisor supervisor, Duration timeout, String address) {
    this.supervisor = supervisor;
    this.timeout = timeout;
    this.timeoutNanos = timeout.toNanos();
    this.address = address;
  }

  /** Returns how long a caller waits for a reply. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  void answered() {
    supervisor.answered();
  }

  /** @param link null if a replica was to answer */
  RedisUnavailableException timedOut(@Nullable Link link, @Nullable Throwable cause) {
    supervisor.timedOut(link);
    return new RedisUnavailableException(
        "No reply from Redis at %s within %d ms".formatted(address, timeout.toMillis()), cause);
  }

  RedisUnavailableException interrupted(InterruptedException cause) {
    return new RedisUnavailableException("Interrupted while waiting for Redis", cause);
  }

  /** @param link null if a replica was to answer */
  ForebayException failed(@Nullable Link link, Throwable failure) {
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
