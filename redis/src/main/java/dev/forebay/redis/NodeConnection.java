package dev.forebay.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A connection to one of several servers: a node of a cluster, or a replica. Where Lettuce reconnects,
 * it makes a broken one anew, maybe on another event loop: then calls go through another {@link
 * Outbox}, as one is bound to its event loop. Safe for concurrent use; never blocks.
 */
final class NodeConnection {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();

  private final CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;
  private final EventLoops eventLoops;
  private final @Nullable Detours detours;

  private final SilenceWatch silence;
  private final ReentrantLock replacing = new ReentrantLock();

  /** The socket that was given up last, until there is another one. Used by the thread that looks only. */
  private @Nullable Channel givenUp;

  private volatile long failedAt;
  private volatile @Nullable Sender sender;

  private record Sender(EventLoop eventLoop, Outbox outbox) {}

  /**
   * @param detours where calls go that this server redirects, or null if it is no node of a cluster
   * @param patience how long a call may go without an answer
   */
  NodeConnection(
      CompletableFuture<StatefulRedisConnection<String, byte[]>> connection,
      EventLoops eventLoops,
      @Nullable Detours detours,
      Duration patience) {
    this.connection = connection;
    this.silence = new SilenceWatch(patience);
    this.eventLoops = eventLoops;
    this.detours = detours;
    var unused = connection.whenComplete((established, failure) -> failedAt = System.nanoTime());
  }

  /** Returns a stage that completes when there is a connection or the attempt failed. */
  CompletableFuture<Void> connected() {
    return connection.handle((established, failure) -> null);
  }

  /**
   * Returns whether this can't be used any more and another connection may be tried. One that broke
   * is not lost while Lettuce reconnects: closed, it would stay closed, as Lettuce keeps it for its
   * node and hands it out again.
   */
  boolean isLost() {
    if (!connection.isDone()) {
      return false;
    }
    return connection.isCompletedExceptionally()
        ? System.nanoTime() - failedAt > RETRY_NANOS
        : !isKept(connection.join());
  }

  private static boolean isKept(StatefulRedisConnection<String, byte[]> established) {
    return established.getOptions().isAutoReconnect()
        ? !isClosed(established)
        : established.isOpen();
  }

  private static boolean isClosed(StatefulRedisConnection<String, byte[]> established) {
    return ((RedisChannelHandler<?, ?>) established).isClosed();
  }

  /** Returns the socket, which is another one once this was made anew; null while not connected. */
  @Nullable
  Channel socket() {
    return isOpen() ? eventLoops.channelOf(connection.join()) : null;
  }

  /** Returns whether there is a connection just now. */
  boolean isOpen() {
    return connection.isDone()
        && !connection.isCompletedExceptionally()
        && connection.join().isOpen();
  }

  /** Returns what sends to this node where others can take its place: null while it does not answer. */
  @Nullable
  Outbox outboxIfAnswering() {
    return silence.isSilent() ? null : outbox();
  }

  /** Returns what sends to this node, or null while it is not connected. */
  @Nullable
  Outbox outbox() {
    if (!connection.isDone() || connection.isCompletedExceptionally()) {
      return null;
    }
    StatefulRedisConnection<String, byte[]> established = connection.join();
    EventLoop eventLoop = eventLoops.of(established);
    if (!established.isOpen()) {
      return null;
    }
    Sender present = sender;
    if (present != null && present.eventLoop == eventLoop) {
      return present.outbox;
    }
    return eventLoop == null ? null : replaced(established, eventLoop);
  }

  private Outbox replaced(
      StatefulRedisConnection<String, byte[]> established, EventLoop eventLoop) {
    replacing.lock();
    try {
      Sender present = sender;
      if (present != null && present.eventLoop == eventLoop) {
        return present.outbox;
      }
      Outbox outbox = new Outbox(established, eventLoop, LettuceClient.REQUEST_QUEUE_SIZE, detours);
      sender = new Sender(eventLoop, outbox);
      if (present != null) {
        present.outbox.close();
      }
      return outbox;
    } finally {
      replacing.unlock();
    }
  }

  /** See {@link Outbox#wakeOverdue}. Breaks a connection whose server does not answer any more. */
  void wakeOverdue() {
    Sender present = sender;
    if (present == null) {
      return;
    }
    present.outbox.wakeOverdue();
    boolean useless = silence.look(present.outbox);
    if (useless || givenUp != null) {
      look(useless, socket());
    }
  }

  private void look(boolean useless, @Nullable Channel socket) {
    if (socket == null || socket == givenUp) {
      return;
    }
    if (useless) {
      event(log.atWarn(), "connection-lost", socket)
          .addKeyValue("reason", "it does not answer")
          .log("Redis at {} does not answer. Connecting anew", socket.remoteAddress());
      givenUp = socket;
      var unused = socket.close();
    } else {
      event(log.atInfo(), "reconnected", socket)
          .log("Redis at {} is connected again", socket.remoteAddress());
      givenUp = null;
    }
  }

  private static LoggingEventBuilder event(
      LoggingEventBuilder builder, String event, Channel socket) {
    return builder.addKeyValue("event", event).addKeyValue("redis", socket.remoteAddress());
  }

  /** See {@link Outbox#close}. Closes the connection too. */
  void close() {
    Sender present = sender;
    if (present != null) {
      present.outbox.close();
    }
    var unused = connection.thenAccept(established -> {
      if (!isClosed(established)) {
        var ignored = established.closeAsync();
      }
    });
  }
}
