package dev.forebay.cache;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.Gate;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A call on another thread whose loader has begun, and ends when the test says so. */
final class SlowLoad<T> {

  private final Gate loading = new Gate();
  private final Gate release = new Gate();
  private final FutureTask<T> call;
  private final Thread thread;

  private SlowLoad(Function<Runnable, T> call) {
    this.call = new FutureTask<>(() -> call.apply(this::hold));
    this.thread = new Thread(this.call, "slow-load");
    thread.setDaemon(true);
  }

  /**
   * Makes a call, and returns when its loader has begun.
   *
   * @param call is given what its loader has to run first
   */
  static <T> SlowLoad<T> begin(Function<Runnable, T> call) {
    SlowLoad<T> load = new SlowLoad<>(call);
    load.thread.start();
    load.loading.awaitOpen();
    return load;
  }

  /** Begins to load entry 1. */
  static SlowLoad<Event> begin(Cache<Long, Event> cache, Event loaded) {
    return begin(hold -> cache.getOrLoad(1L, id -> {
      hold.run();
      return loaded;
    }));
  }

  private void hold() {
    loading.open();
    release.awaitOpen();
  }

  /** Lets the loader end. */
  void release() {
    release.open();
  }

  /** Interrupts the caller. */
  void interrupt() {
    thread.interrupt();
  }

  /** Returns what the call returns, or fails as it does; waits for it. */
  T result() throws Exception {
    return call.get(60, TimeUnit.SECONDS);
  }
}
