package dev.forebay.redis;

import org.slf4j.LoggerFactory;

/**
 * Decides what happens when Redis is {@linkplain Availability#REQUIRED required}, was lost, and did
 * not come back within the attempts allowed. Called once for each outage, on a thread of its own,
 * where it may block. Attempts to reconnect stop; the connection is closed.
 */
@FunctionalInterface
public interface GiveUpHandler {

  /**
   * Ends what cannot go on without Redis.
   *
   * @param failure which server, how many attempts, and what to look at
   */
  void giveUp(RedisUnavailableException failure);

  /** Returns the default: it logs the failure and ends the process with exit status 1. */
  static GiveUpHandler exit() {
    return failure -> {
      LoggerFactory.getLogger(Redis.class).error("{} The process ends.", failure.getMessage());
      System.exit(1);
    };
  }
}
