package dev.forebay.redis;

/** Whether commands can reach Redis at this moment. */
public enum ConnectionState {
  /** Commands are sent. */
  CONNECTED,
  /**
   * There is a connection, but several commands in a row had no reply: commands fail at once, and
   * the server is probed in the background until it answers.
   */
  SUSPENDED,
  /** Commands fail at once and their features fall back; reconnecting goes on in the background. */
  DISCONNECTED,
  /** Switched off by configuration: nothing is ever sent. */
  DISABLED,
  /** Closed, by the application or because a required Redis did not come back, for good. */
  CLOSED
}
