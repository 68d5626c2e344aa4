package dev.forebay.embedded;

/** Another process listens on the port that the server was to have: a lost race, or a bad choice. */
final class PortTakenException extends EmbeddedServerException {

  private static final long serialVersionUID = 1L;

  PortTakenException(int port, String logTail) {
    super("Port " + port + " on 127.0.0.1 is taken by another process. Stop that process, choose"
        + " another port, or leave the port at 0 for a free one. The server's log ends with:\n"
        + logTail);
  }
}
