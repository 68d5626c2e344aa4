package dev.forebay.cache;

/**
 * A thread of a {@link CacheWarmer}, on which its loaders run: on another one they would go past the
 * bounds that the warmer was given. So what is stale when it reads it is left to those who ask for it,
 * and where callers wait for a limited time, it waits for the end.
 */
final class WarmerThread extends Thread {

  /** @param cache the name of the cache that is warmed */
  WarmerThread(Runnable work, String cache) {
    super(work, "forebay-cache-warmer-" + cache);
    setDaemon(true);
  }
}
