package dev.forebay.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What features listen to, on a connection of its own, which is there while the other one is. What is
 * published meanwhile is lost. Safe for concurrent use; never blocks.
 */
final class Subscriptions {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final Duration CHECK = Duration.ofSeconds(1);
  /** One check in so many asks whether the server still answers here. */
  private static final int CHECKS_PER_PING = 5;

  private final Connector connector;
  private final ScheduledExecutorService thread;
  private final BooleanSupplier connected;
  private final long patienceNanos;
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();

  // Used on the thread only.
  private @Nullable StatefulRedisPubSubConnection<String, String> connection;
  private CompletableFuture<?> attempt = CompletableFuture.completedFuture(null);
  private boolean connecting;

  private boolean checking;
  private int checks;
  private CompletableFuture<String> ping = CompletableFuture.completedFuture("");
  private long pingedAt;

  /**
   * @param connected whether to connect now
   * @param patience how long the server may leave a {@code PING} without an answer
   */
  Subscriptions(
      Connector connector,
      ScheduledExecutorService thread,
      BooleanSupplier connected,
      Duration patience) {
    this.connector = connector;
    this.thread = thread;
    this.connected = connected;
    this.patienceNanos = patience.toNanos();
  }

  /** Tells {@code listener}, on an event loop, of messages from soon on. It must not block. */
  void add(String channel, Consumer<String> listener) {
    listeners.put(channel, listener);
    thread.execute(() -> {
      if (connection != null && connection.isOpen()) {
        var unused = connection.async().subscribe(channel);
      }
      if (!checking) {
        checking = true;
        var unused =
            thread.scheduleWithFixedDelay(this::check, 0, CHECK.toMillis(), TimeUnit.MILLISECONDS);
      }
    });
  }

  /** Returns the last attempt to connect, which may be under way. To be called on the thread. */
  CompletableFuture<?> attempt() {
    return attempt;
  }

  /** Connects at once, if somebody listens, rather than at the next check. To be called on the thread. */
  void connect() {
    if (checking) {
      check();
    }
  }

  private void check() {
    if (connection != null && connection.isOpen()) {
      requireAnswers(connection);
    }
    boolean open = connection != null && connection.isOpen();
    if (!open && !connecting && connected.getAsBoolean()) {
      connecting = true;
      try {
        var attempted = connector.connectPubSub();
        attempt = attempted.toCompletableFuture();
        var unused = attempted.whenCompleteAsync(this::attempted, thread);
      } catch (RuntimeException e) {
        attempted(null, e);
      }
    } else if (open && !connected.getAsBoolean()) {
      drop();
    }
  }

  /** Drops a connection that the network may have forgotten: one that is idle need not ever break. */
  private void requireAnswers(StatefulRedisPubSubConnection<String, String> open) {
    if (!ping.isDone()) {
      if (System.nanoTime() - pingedAt >= patienceNanos) {
        log.debug("No answer where messages should come from; connecting anew");
        drop();
      }
    } else if (++checks % CHECKS_PER_PING == 0) {
      pingedAt = System.nanoTime();
      ping = open.async().ping().toCompletableFuture();
    }
  }

  private void attempted(
      @Nullable StatefulRedisPubSubConnection<String, String> established,
      @Nullable Throwable failure) {
    connecting = false;
    if (established == null) {
      log.debug("Cannot subscribe", failure);
      return;
    }
    drop();
    connection = established;
    established.addListener(new RedisPubSubAdapter<>() {
      @Override
      public void message(String channel, String message) {
        Consumer<String> listener = listeners.get(channel);
        if (listener != null) {
          listener.accept(message);
        }
      }
    });
    var unused = established
        .async()
        .subscribe(listeners.keySet().toArray(String[]::new))
        .whenComplete((done, refused) -> {
          if (refused != null) {
            log.debug("Redis refuses a subscription", refused);
          }
        });
  }

  /** Gives up the connection, if there is one. To be called on the thread. */
  void drop() {
    if (connection != null) {
      var unused = connection.closeAsync();
      connection = null;
      ping = CompletableFuture.completedFuture("");
    }
  }
}
