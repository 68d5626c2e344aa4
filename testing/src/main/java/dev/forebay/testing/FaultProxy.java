package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.RedisEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on 127.0.0.1 in front of a server, which can cut, refuse, stall, delay and slow down
 * what goes through it: a bad network on demand. It knows only bytes, so TLS passes as well.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.before(redis)) {
 *   Client client = connect(proxy.uri());
 *   proxy.stall();
 *   ...
 *   proxy.heal();
 * }
 * }</pre>
 *
 * <p>Faults add up, hold for the connections that are open and, but for {@link #stallOpen}, for later
 * ones, and last until {@link #heal()}. When a method returns, its fault holds for every byte from then on that has not been
 * delivered yet. A proxy has one daemon thread and holds about 256 KiB a connection and direction at
 * most; then the sender has to wait. Safe for concurrent use.
 */
public final class FaultProxy implements AutoCloseable {

  // Below the ports of outgoing connections: while it refuses, no client can be given this one.
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 10_000;
  private static final int PORT_TRIES = 100;
  private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long REOPEN_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long FASTEST = 1_000_000_000L;

  private final RedisEndpoint server;
  private final ProxyLoop loop;
  private final int port;
  private final Thread thread;

  private FaultProxy(RedisEndpoint server) throws IOException {
    this.server = server;
    this.loop = new ProxyLoop(new InetSocketAddress(server.host(), server.port()));
    this.port = listen(loop);
    this.thread = new Thread(loop, "forebay-fault-proxy-" + port);
    thread.setDaemon(true);
    thread.start();
  }

  private static int listen(ProxyLoop loop) throws IOException {
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
      if (loop.tryListen(port)) {
        return port;
      }
    }
    throw new BindException(PORT_TRIES + " tries found no free port");
  }

  /** Opens a proxy in front of an embedded server, on a free port. */
  public static FaultProxy before(EmbeddedRedis redis) {
    return before(redis.endpoint());
  }

  /** Opens a proxy in front of a Redis, on a free port. The server need not run yet. */
  public static FaultProxy before(RedisEndpoint server) {
    try {
      return new FaultProxy(server);
    } catch (IOException e) {
      throw new IllegalStateException(
          "No proxy before " + server + ": " + e + ". Free a port from " + FIRST_PORT + " to "
              + (FIRST_PORT + PORTS - 1) + " on 127.0.0.1.",
          e);
    }
  }

  /** Opens a proxy in front of any TCP server, on a free port. */
  public static FaultProxy before(String host, int port) {
    return before(RedisEndpoint.of("redis://localhost").at(host, port));
  }

  /** The port on 127.0.0.1 to connect to, from 20000 to 29999. */
  public int port() {
    return port;
  }

  /** The address of the proxy with the login and database of the server. */
  public RedisEndpoint endpoint() {
    return server.at("127.0.0.1", port);
  }

  /** Same as {@code endpoint().uri()}. It holds the password: do not log it. */
  public String uri() {
    return endpoint().uri();
  }

  /** Resets (RST) all connections that are open. What was not delivered is lost. */
  public void cut() {
    change(loop::cutAll);
  }

  /**
   * Refuses new connections, as a machine does where nobody listens. Open ones go on. A process that
   * this JVM is just starting may keep the port open for some milliseconds more.
   */
  public void refuse() {
    change(loop::stopListening);
  }

  /**
   * Accepts new connections again.
   *
   * @throws IllegalStateException if another process took the port meanwhile
   */
  public void accept() {
    // A process that was just being started held our open files for a moment, so also the port.
    long deadline = System.nanoTime() + REOPEN_NANOS;
    while (!loop.call(() -> loop.tryListen(port))) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IllegalStateException("Port " + port + " was taken by another process while the"
            + " proxy refused connections; put another proxy before the server");
      }
      LockSupport.parkNanos(REOPEN_POLL_NANOS);
    }
  }

  /** Delivers nothing any more, either way. Connections stay open, new ones are accepted. */
  public void stall() {
    stall(Direction.TO_SERVER);
    stall(Direction.TO_CLIENT);
  }

  /** Delivers nothing any more that way. */
  public void stall(Direction direction) {
    change(() -> loop.faults(direction).stall(true));
  }

  /**
   * Delivers nothing any more that way of the connections that are open. Later ones go on: their bytes
   * overtake those that wait.
   */
  public void stallOpen(Direction direction) {
    change(() -> loop.stallOpen(direction));
  }

  /** Ends all stalls, both ways: what waits is delivered. */
  public void resume() {
    change(() -> {
      loop.resumeOpen();
      loop.faults(Direction.TO_SERVER).stall(false);
      loop.faults(Direction.TO_CLIENT).stall(false);
    });
  }

  /** Delivers replies that much later; a round trip takes that much longer. */
  public void delay(Duration delay) {
    delay(Direction.TO_CLIENT, delay);
  }

  /** Delivers what goes that way that much later; 0 ends it. Many bytes can be under way at once. */
  public void delay(Direction direction, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must be >= 0, was " + delay);
    }
    change(() -> loop.faults(direction).delay(delay.toNanos()));
  }

  /** Limits each way to that rate; see {@link #throttle(Direction, long)}. */
  public void throttle(long bytesPerSecond) {
    throttle(Direction.TO_SERVER, bytesPerSecond);
    throttle(Direction.TO_CLIENT, bytesPerSecond);
  }

  /**
   * Limits what goes that way on all connections together.
   *
   * @param bytesPerSecond from 1 to 1,000,000,000
   */
  public void throttle(Direction direction, long bytesPerSecond) {
    if (bytesPerSecond < 1 || bytesPerSecond > FASTEST) {
      throw new IllegalArgumentException(
          "bytesPerSecond must be from 1 to 1,000,000,000, was " + bytesPerSecond);
    }
    change(() -> loop.faults(direction).throttle(bytesPerSecond));
  }

  /** Cuts off a reply; see {@link #cutAfter(Direction, long)}. */
  public void cutAfter(long bytes) {
    cutAfter(Direction.TO_CLIENT, bytes);
  }

  /**
   * Cuts the first connection that carries that many bytes that way from now on. The receiver gets
   * them and the end of the stream; the sender is reset. Happens once.
   *
   * @param bytes 0 or more; with 0, the connection is cut instead of the next byte
   */
  public void cutAfter(Direction direction, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be >= 0, was " + bytes);
    }
    change(() -> loop.faults(direction).cutAfter(bytes));
  }

  /** Ends all faults: what waits is delivered, new connections are accepted. */
  public void heal() {
    change(() -> {
      loop.resumeOpen();
      loop.faults(Direction.TO_SERVER).heal();
      loop.faults(Direction.TO_CLIENT).heal();
    });
    accept();
  }

  /** How many connections are open at this moment; 0 after close. */
  public int openConnections() {
    return loop.hasEnded() ? 0 : loop.call(loop::open);
  }

  /** How many connections were ever accepted. */
  public long totalConnections() {
    return loop.accepted();
  }

  /** How many bytes were ever delivered that way. */
  public long bytes(Direction direction) {
    return loop.faults(direction).delivered();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  private void change(Change change) {
    Callable<Boolean> task = () -> {
      change.make();
      return true;
    };
    boolean done = loop.call(task);
    assert done;
  }

  /** Resets all connections and frees the port. Waits until the thread ended. May be called again. */
  @Override
  public void close() {
    loop.end();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port and the server behind it, without the login. */
  @Override
  public String toString() {
    return "Proxy on 127.0.0.1:" + port + " before " + server;
  }
}
