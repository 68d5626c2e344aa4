package dev.forebay.cache;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One read of one key that is under way in this process, shared by everyone who asks for the key
 * meanwhile.
 */
final class Flight<V> {

  private final Thread pilot = Thread.currentThread();
  private final CompletableFuture<Outcome<V>> landing = new CompletableFuture<>();

  // Guarded by the lock of Flights.
  private boolean stale;

  void land(V value, boolean hit) {
    landing.complete(new Outcome<>(value, hit));
  }

  /** Ends the flight without a value: whoever shared it has to fetch for himself. */
  void landEmpty() {
    landing.complete(new Outcome<>(null, false));
  }

  void crash(Throwable failure) {
    landing.completeExceptionally(failure);
  }

  /**
   * Waits for the flight to end. Not interruptible, as a load is not.
   *
   * @throws E what the pilot's loader threw
   */
  @SuppressWarnings("unchecked") // only loaders of the cache crash a flight, and they throw E
  <E extends Exception> Outcome<V> await(String cache, String name) throws E {
    if (pilot == Thread.currentThread()) {
      throw new IllegalStateException(
          "The loader of cache '%s' asked for '%s', the key that it is loading. Fetch it from the source instead."
              .formatted(cache, name));
    }
    try {
      return landing.join();
    } catch (CompletionException e) {
      throw (E) (e.getCause() == null ? e : e.getCause());
    }
  }

  /** Waits for the flight to end; empty if it brought no value, for whatever reason. */
  Optional<V> valueIfAny() {
    if (pilot == Thread.currentThread()) {
      return Optional.empty();
    }
    return landing
        .handle((outcome, failure) ->
            outcome == null ? Optional.<V>empty() : Optional.ofNullable(outcome.value()))
        .join();
  }

  void markStale() {
    stale = true;
  }

  boolean isStale() {
    return stale;
  }

  /**
   * How a flight ended.
   *
   * @param value null if there was none to share
   * @param hit whether the value came from the cache
   */
  record Outcome<V>(@Nullable V value, boolean hit) {}
}
