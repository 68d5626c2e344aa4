package dev.forebay.cache;

/**
 * A thread of a {@link CacheWarmer}, on which its loaders run: on another one they would go past the
 * bounds that the warmer was given. So what is stale when it reads it is left to those who ask for it,
 * and where callers of the cache that is warmed wait for a limited time, it waits for the end.
 */
final class WarmerThread extends Thread {

  private final String cache;

  /** @param cache the name of the cache that is warmed */
  WarmerThread(Runnable work, String cache) {
    super(work, "forebay-cache-warmer-" + cache);
    this.cache = cache;
    setDaemon(true);
  }

  /** Returns whether this thread loads for the warmer of that cache; a loader of it may read others. */
  static boolean isWarming(String cache) {
    return Thread.currentThread() instanceof WarmerThread warmer && warmer.cache.equals(cache);
  }
}
