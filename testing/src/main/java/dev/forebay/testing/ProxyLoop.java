package dev.forebay.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a proxy. Everything that changes its state runs on it, one after the other: when
 * a call returns, the change holds for every byte from then on.
 */
final class ProxyLoop implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ProxyLoop.class);

  private final InetSocketAddress target;
  private final Selector selector;
  private final Map<Direction, LinkFaults> faults = new EnumMap<>(Direction.class);
  private final List<ProxyConnection> connections = new ArrayList<>();
  private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicLong accepted = new AtomicLong();
  private @Nullable ServerSocketChannel listener;
  private volatile boolean closing;
  private volatile boolean ended;

  ProxyLoop(InetSocketAddress target) throws IOException {
    this.target = target;
    this.selector = Selector.open();
    for (Direction direction : Direction.values()) {
      faults.put(direction, new LinkFaults());
    }
  }

  /** Opens the port unless somebody else has it. Before the start or on the loop. */
  boolean tryListen(int port) throws IOException {
    if (listener != null) {
      return true;
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_ACCEPT);
      key.attach(channel);
      listener = channel;
      return true;
    } catch (BindException e) {
      channel.close();
      return false;
    }
  }

  /** On the loop: nobody listens from now on. */
  void stopListening() throws IOException {
    if (listener != null) {
      listener.close();
      listener = null;
      selector.selectNow();
    }
  }

  /** On the loop: resets all connections. */
  void cutAll() throws IOException {
    connections.forEach(ProxyConnection::cut);
    connections.clear();
    selector.selectNow();
  }

  LinkFaults faults(Direction direction) {
    LinkFaults found = faults.get(direction);
    if (found == null) {
      throw new IllegalStateException("There are faults for each direction");
    }
    return found;
  }

  /** On the loop: stalls the connections there are, and none of those to come. */
  void stallOpen(Direction direction) {
    connections.forEach(connection -> connection.stall(direction));
  }

  /** On the loop. */
  void resumeOpen() {
    connections.forEach(ProxyConnection::resume);
  }

  /** On the loop. */
  int open() {
    return (int) connections.stream().filter(ProxyConnection::isOpen).count();
  }

  long accepted() {
    return accepted.get();
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * Runs a task on the loop and waits for it.
   *
   * @throws IllegalStateException if the loop has ended, or the task failed
   */
  <T> T call(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    selector.wakeup();
    if (ended) {
      future.cancel(false);
    }
    try {
      return future.get();
    } catch (CancellationException e) {
      throw new IllegalStateException("The proxy is closed; put another one before the server", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The proxy cannot do that: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the proxy", e);
    }
  }

  /** Lets the loop end soon. May be called again. */
  void end() {
    closing = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!closing) {
        runTasks();
        long wait = advance(System.nanoTime());
        if (!closing) {
          select(wait);
        }
      }
      stopListening();
      cutAll();
      selector.close();
    } catch (IOException e) {
      log.error("The proxy before {} failed: its connections hang", target, e);
    } finally {
      ended = true;
      tasks.forEach(task -> task.cancel(false));
    }
  }

  private void runTasks() {
    for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private long advance(long now) {
    long wait = LinkFaults.NEVER;
    for (ProxyConnection connection : connections) {
      wait = Math.min(wait, connection.advance(now));
    }
    connections.removeIf(ProxyConnection::isClosed);
    return wait;
  }

  private void select(long waitNanos) throws IOException {
    if (waitNanos == LinkFaults.NEVER) {
      selector.select();
    } else {
      selector.select(1 + TimeUnit.NANOSECONDS.toMillis(waitNanos));
    }
    long now = System.nanoTime();
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.attachment() instanceof ProxyConnection connection) {
        connection.handle(key, now);
      } else if (key.attachment() instanceof ServerSocketChannel channel && key.isValid()) {
        accept(channel);
      }
    }
    selector.selectedKeys().clear();
  }

  private void accept(ServerSocketChannel channel) throws IOException {
    for (SocketChannel client = channel.accept(); client != null; client = channel.accept()) {
      accepted.incrementAndGet();
      try {
        connections.add(ProxyConnection.open(client, target, selector, faults));
      } catch (IOException e) {
        log.debug("No connection to {}: the client's is reset", target, e);
        ProxyConnection.reset(client);
      }
    }
  }
}
