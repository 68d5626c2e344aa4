package dev.forebay.testing;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection and the one to the server that belongs to it. Confined to the proxy's
 * thread.
 */
final class ProxyConnection {

  private static final Logger log = LoggerFactory.getLogger(ProxyConnection.class);

  private final SocketChannel client;
  private final SocketChannel server;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final ProxyLane toServer;
  private final ProxyLane toClient;
  private final Map<Direction, LinkFaults> faults;
  private boolean connected;
  private boolean cutHalfWay;
  private boolean closed;

  private ProxyConnection(
      SocketChannel client,
      SocketChannel server,
      Selector selector,
      Map<Direction, LinkFaults> faults)
      throws IOException {
    this.client = client;
    this.server = server;
    this.faults = faults;
    this.toServer = new ProxyLane(client, server, of(Direction.TO_SERVER));
    this.toClient = new ProxyLane(server, client, of(Direction.TO_CLIENT));
    for (SocketChannel channel : new SocketChannel[] {client, server}) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    this.clientKey = client.register(selector, 0);
    this.serverKey = server.register(selector, SelectionKey.OP_CONNECT);
    clientKey.attach(this);
    serverKey.attach(this);
  }

  /** Begins to connect to the server; what the client sends waits meanwhile. */
  static ProxyConnection open(
      SocketChannel client,
      SocketAddress address,
      Selector selector,
      Map<Direction, LinkFaults> faults)
      throws IOException {
    SocketChannel server = SocketChannel.open();
    try {
      ProxyConnection connection = new ProxyConnection(client, server, selector, faults);
      connection.connected = server.connect(address);
      return connection;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private LinkFaults of(Direction direction) {
    LinkFaults found = faults.get(direction);
    if (found == null) {
      throw new IllegalStateException("There are faults for each direction");
    }
    return found;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether both ends still take it for a connection. */
  boolean isOpen() {
    return !closed && !cutHalfWay;
  }

  /** Stalls one direction of this connection alone. */
  void stall(Direction direction) {
    (direction == Direction.TO_SERVER ? toServer : toClient).stall(true);
  }

  /** Ends the stalls of this connection alone. */
  void resume() {
    toServer.stall(false);
    toClient.stall(false);
  }

  /** Does what the selector says can be done. */
  void handle(SelectionKey key, long now) {
    try {
      if (key.isValid() && key.isConnectable()) {
        connected = server.finishConnect();
      }
      if (key.isValid() && key.isReadable()) {
        (key == clientKey ? toServer : toClient).read(now);
      }
      if (key.isValid() && key.isWritable()) {
        (key == serverKey ? toServer : toClient).writable();
      }
    } catch (IOException e) {
      log.debug("A connection through the proxy failed: its other half is reset", e);
      cut();
    }
  }

  /** Delivers what is due; returns how long until more is, in nanoseconds. */
  long advance(long now) {
    if (closed || !connected) {
      return LinkFaults.NEVER;
    }
    try {
      long untilToServer = deliver(toServer, toClient, client, Direction.TO_SERVER, now);
      long untilToClient = deliver(toClient, toServer, server, Direction.TO_CLIENT, now);
      if (toServer.isEnded() && toClient.isEnded()) {
        close(client);
        close(server);
        closed = true;
      }
      updateInterest();
      return Math.min(untilToServer, untilToClient);
    } catch (IOException e) {
      log.debug("A connection through the proxy failed: its other half is reset", e);
      cut();
      return LinkFaults.NEVER;
    }
  }

  private long deliver(
      ProxyLane lane, ProxyLane reverse, SocketChannel source, Direction direction, long now)
      throws IOException {
    long wait = lane.deliver(now);
    if (wait != ProxyLane.CUT) {
      return wait;
    }
    // No reset for the sink: that could overtake the bytes that it is still to get.
    of(direction).disarm();
    cutHalfWay = true;
    reset(source);
    lane.end();
    reverse.discard();
    return LinkFaults.NEVER;
  }

  private void updateInterest() {
    if (clientKey.isValid()) {
      clientKey.interestOps(ops(toServer, toClient));
    }
    if (serverKey.isValid()) {
      serverKey.interestOps(ops(toClient, toServer));
    }
  }

  private static int ops(ProxyLane reading, ProxyLane writing) {
    return (reading.wantsToRead() ? SelectionKey.OP_READ : 0)
        | (writing.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
  }

  /** Resets both halves; what waits is lost. */
  void cut() {
    closed = true;
    reset(client);
    reset(server);
  }

  // Closing with a linger time of 0 sends RST.
  static void reset(SocketChannel channel) {
    try {
      if (channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      log.debug("A connection is closed without a reset", e);
    }
    close(channel);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("A connection through the proxy did not close in order", e);
    }
  }
}
