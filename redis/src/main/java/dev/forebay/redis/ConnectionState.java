package dev.forebay.redis;

/** Whether commands can reach Redis at this moment. */
public enum ConnectionState {
  /** Commands are sent. */
  CONNECTED,
  /** Commands fail at once and their features fall back; reconnecting goes on in the background. */
  DISCONNECTED,
  /** Switched off by configuration: nothing is ever sent. */
  DISABLED,
  /** Closed by the application for good. */
  CLOSED
}
