package dev.forebay.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * Finds ports that nobody listens on.
 *
 * <p>They lie below the ranges from which Linux (32768) and macOS (49152) take the local ports of
 * outgoing connections. A port from such a range is a trap for a server that is killed and started
 * again: a client that keeps reconnecting to it can be given the very same port as its own, connect
 * to itself, and so hold the port. For the same reason a node of a cluster, whose bus has the port
 * 10000 above, gets one of the lowest.
 */
final class LoopbackPort {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int BUS_OFFSET = 10_000;
  private static final int COUNT_WITH_BUS = 2_768;
  private static final int TRIES = 100;

  private LoopbackPort() {}

  /** A port free at this moment; it may be taken by the time it is used, so callers try again. */
  static int free() {
    return free(COUNT, LoopbackPort::isFree);
  }

  /** Same, with the port of a cluster bus free as well. */
  static int freeWithBus() {
    return free(COUNT_WITH_BUS, port -> isFree(port) && isFree(port + BUS_OFFSET));
  }

  private static int free(int count, IntPredicate isFree) {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(count);
      if (isFree.test(port)) {
        return port;
      }
    }
    throw new EmbeddedServerException("No free port on 127.0.0.1: " + TRIES + " tries between "
        + FIRST + " and " + (FIRST + count - 1) + " all failed. Free some, or name one with"
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
