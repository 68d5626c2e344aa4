package dev.forebay.marketplace.caching;

import dev.forebay.cache.CacheListener;
import org.springframework.stereotype.Component;

/** Counts what the caches do for the current thread: Forebay reports each read on the thread that asked for it. */
@Component
public final class CacheReads implements CacheListener {

  private final ThreadLocal<Integer> hits = ThreadLocal.withInitial(() -> 0);

  /** Begins a new count for this thread. */
  public void reset() {
    hits.remove();
  }

  /** Returns how many values this thread has read from Redis since {@link #reset}. */
  public int hits() {
    return hits.get();
  }

  @Override
  public void onHit(String cache, int count) {
    hits.set(hits.get() + count);
  }
}
