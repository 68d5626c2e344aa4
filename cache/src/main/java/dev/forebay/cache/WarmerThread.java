package dev.forebay.cache;

/**
 * A thread of a {@link CacheWarmer}. What is stale when it reads it is left to those who ask for it:
 * a refresh would call the loader on another thread, past the bounds that the warmer was given.
 */
final class WarmerThread extends Thread {

  /** @param cache the name of the cache that is warmed */
  WarmerThread(Runnable work, String cache) {
    super(work, "forebay-cache-warmer-" + cache);
    setDaemon(true);
  }
}
