package dev.forebay.cache;

import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.Redis;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells listeners when caches begin to be served from their sources, and when they no longer are. */
final class FallbackWatch {

  private final CacheListeners listeners;
  private final AtomicReference<@Nullable Long> enteredAt = new AtomicReference<>();

  private FallbackWatch(CacheListeners listeners) {
    this.listeners = listeners;
  }

  static void begin(Redis redis, CacheListeners listeners) {
    FallbackWatch watch = new FallbackWatch(listeners);
    redis.onStateChange(watch::changed);
    watch.changed(redis.state());
    // What changed between the two lines above was told too early.
    watch.changed(redis.state());
  }

  private void changed(ConnectionState state) {
    switch (state) {
      case CONNECTED -> leave();
      case SUSPENDED, DISCONNECTED -> enter();
      case DISABLED, CLOSED -> {}
    }
  }

  private void enter() {
    if (enteredAt.compareAndSet(null, System.nanoTime())) {
      listeners.tell(CacheListener::onFallbackEntered);
    }
  }

  private void leave() {
    Long since = enteredAt.getAndSet(null);
    if (since != null) {
      Duration time = Duration.ofNanos(System.nanoTime() - since);
      listeners.tell(listener -> listener.onFallbackLeft(time));
    }
  }
}
