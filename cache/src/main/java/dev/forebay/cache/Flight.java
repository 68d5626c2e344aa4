package dev.forebay.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One read of one key that is under way in this process, shared by everyone who asks for the key
 * meanwhile.
 */
final class Flight<V> {

  private final Thread pilot = Thread.currentThread();
  private final CompletableFuture<@Nullable Landing<V>> landing = new CompletableFuture<>();
  private volatile @Nullable Thread loader;
  private volatile boolean boarding = true;
  private volatile boolean shared;

  /** Returns whether the caller may share it. */
  boolean board() {
    shared = true; // before the doors are looked at, as whoever closes them looks here after
    return boarding && !landing.isDone();
  }

  /**
   * Lets nobody else share it: to be called before Redis is asked whether it was invalidated, as the
   * answer tells nothing about later.
   *
   * @return whether somebody may be sharing it
   */
  boolean closeDoors() {
    boarding = false;
    return shared;
  }

  /** Lets others share it again: what they wait for is yet to be read or loaded. */
  void openDoors() {
    boarding = true;
  }

  /** This thread, which need not be the pilot's, begins to load what the flight is to bring. */
  void beginLoad() {
    loader = Thread.currentThread();
  }

  /** The load has ended. */
  void endLoad() {
    loader = null;
  }

  /** Ends the flight with a value that Redis had. */
  void landHit(V value) {
    landing.complete(new Landing<>(value, true, false, null));
  }

  /**
   * Ends the flight with a value that was loaded.
   *
   * @param overtaken whether it may have been invalidated meanwhile
   */
  void landLoaded(V value, boolean overtaken) {
    landing.complete(new Landing<>(value, false, overtaken, null));
  }

  /**
   * Ends the flight with a value past its time to live, as the load failed or takes long.
   *
   * @param overtaken whether it may have been invalidated meanwhile
   */
  void landExpired(V value, boolean overtaken) {
    landing.complete(new Landing<>(value, true, overtaken, null));
  }

  /**
   * Ends the flight with the knowledge that the source has no value.
   *
   * @param overtaken whether it may have been invalidated meanwhile
   */
  void landAbsent(boolean overtaken) {
    landing.complete(new Landing<>(null, false, overtaken, null));
  }

  /**
   * Ends the flight with a failure.
   *
   * @param overtaken whether it may have been invalidated meanwhile, so that a load from now on may
   *     not fail
   */
  void crash(Throwable failure, boolean overtaken) {
    landing.complete(new Landing<>(null, false, overtaken, failure));
  }

  /** Ends the flight, unless it has ended, with nothing that concerns anyone but the pilot. */
  void abandon() {
    landing.complete(null);
  }

  /**
   * Waits for the flight to end. Not interruptible, as a load is not.
   *
   * @return how it ended; null if it did not in time, or was abandoned
   * @throws IllegalStateException if this thread is the pilot or loads: it would wait for itself
   */
  @Nullable
  Landing<V> await(String cache, String name, long atMostNanos) {
    if (pilot == Thread.currentThread() || loader == Thread.currentThread()) {
      throw new IllegalStateException(
          "The loader of cache '%s' asked for '%s', the key that it is loading. Fetch it from the source instead."
              .formatted(cache, name));
    }
    boolean interrupted = false;
    long end = System.nanoTime() + atMostNanos;
    try {
      while (true) {
        try {
          return landing.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          return null;
        } catch (ExecutionException e) {
          throw new IllegalStateException("A flight never completes exceptionally", e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * How a flight ended: with a value, with a failure, or with neither.
   *
   * @param value what was found or loaded; null if there is none
   * @param hit whether the value came from the cache
   * @param overtaken whether the entry was invalidated meanwhile, or may have been, so that all this
   *     is too old for whoever asked after that
   * @param failure what the loader threw; null if it did not
   */
  record Landing<V>(
      @Nullable V value,
      boolean hit,
      boolean overtaken,
      @Nullable Throwable failure) {}
}
