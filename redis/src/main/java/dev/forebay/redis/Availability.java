package dev.forebay.redis;

/** What an application does without its Redis. */
public enum Availability {
  /**
   * It runs on, in fallback, and comes back by itself whenever Redis does: no restart, no last
   * attempt. The default.
   */
  OPTIONAL,
  /**
   * It does not run at all: connecting fails at start, and after a bounded number of attempts to
   * reconnect the {@link GiveUpHandler} ends the process.
   */
  REQUIRED
}
