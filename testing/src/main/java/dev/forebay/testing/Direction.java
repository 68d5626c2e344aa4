package dev.forebay.testing;

/** Which way bytes go through a {@link FaultProxy}. */
public enum Direction {
  /** Commands: from the client to the server. */
  TO_SERVER,
  /** Replies: from the server to the client. */
  TO_CLIENT
}
