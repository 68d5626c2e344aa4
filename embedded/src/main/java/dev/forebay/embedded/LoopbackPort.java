package dev.forebay.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nobody listens on.
 *
 * <p>They lie below the ranges from which Linux (32768) and macOS (49152) take the local ports of
 * outgoing connections. A port from such a range is a trap for a server that is killed and started
 * again: a client that keeps reconnecting to it can be given the very same port as its own, connect
 * to itself, and so hold the port. Cluster's bus port, 10000 above, stays valid as well.
 */
final class LoopbackPort {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int TRIES = 100;

  private LoopbackPort() {}

  /** A port free at this moment; it may be taken by the time it is used, so callers try again. */
  static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EmbeddedServerException("No free port on 127.0.0.1: " + TRIES + " tries between "
        + FIRST + " and " + (FIRST + COUNT - 1) + " all failed. Free some, or name one with"
        + " port(...).");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
