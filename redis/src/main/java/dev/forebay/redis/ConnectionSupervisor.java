package dev.forebay.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to Redis alive.
 *
 * <p>A lost connection is never repaired: it is replaced by a new {@link Link} as a whole. Lettuce's
 * own reconnecting is off because it would send again what was under way when the connection broke,
 * and a SET that arrives a second time after somebody's DEL brings a stale value back. With it off,
 * and commands rejected while disconnected, whatever was under way fails at once and runs at most
 * once.
 *
 * <p>All transitions happen on one thread of its own, never on an event loop.
 */
final class ConnectionSupervisor implements RedisConnectionStateListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final int REQUEST_QUEUE_SIZE = 16_384;
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisSettings settings;
  private final List<Consumer<ConnectionState>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong pastOutageNanos = new AtomicLong();
  private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();
  private final ClientResources resources;
  private final RedisClient client;
  private final ScheduledExecutorService thread;

  // Used on the thread only.
  private final Backoff backoff = new Backoff();
  private final Set<Object> lost = Collections.newSetFromMap(new WeakHashMap<>());
  private int failuresInARow;

  private volatile @Nullable Link link;
  private volatile long disconnectedSince = System.nanoTime();
  private volatile boolean closed;

  ConnectionSupervisor(RedisSettings settings) {
    this.settings = settings;
    this.thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
      Thread supervisor = new Thread(runnable, "forebay-redis-supervisor");
      supervisor.setDaemon(true);
      return supervisor;
    });
    this.resources = DefaultClientResources.builder()
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        .build();
    RedisURI uri = RedisURI.create(settings.uri());
    uri.setTimeout(settings.connectTimeout());
    this.client = RedisClient.create(resources, uri);
    client.setOptions(ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(REQUEST_QUEUE_SIZE)
        .socketOptions(SocketOptions.builder()
            .connectTimeout(settings.connectTimeout())
            .keepAlive(true)
            .tcpNoDelay(true)
            .build())
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .build());
    client.addListener(this);
  }

  /** Begins to connect, and waits for the outcome of the first attempt only. */
  void start() {
    thread.execute(this::attempt);
    try {
      firstAttempt.get(settings.connectTimeout().toMillis() + 500, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.debug("First attempt to connect to {} still under way", settings.address());
    } catch (ExecutionException e) {
      throw new IllegalStateException("The first attempt is never completed by a failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the present connection, or null while there is none. */
  @Nullable
  Link link() {
    return link;
  }

  ConnectionState state() {
    if (closed) {
      return ConnectionState.CLOSED;
    }
    return link == null ? ConnectionState.DISCONNECTED : ConnectionState.CONNECTED;
  }

  ConnectionStatistics statistics() {
    long outage = pastOutageNanos.get() + (link == null ? sinceDisconnected().toNanos() : 0);
    return new ConnectionStatistics(
        attempts.get(),
        failures.get(),
        Math.max(0, connections.get() - 1),
        Duration.ofNanos(outage));
  }

  void onStateChange(Consumer<ConnectionState> listener) {
    listeners.add(listener);
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
    try {
      thread.execute(() -> disconnected(connection));
    } catch (RejectedExecutionException e) {
      log.trace("Disconnected while closing", e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.shutdownNow();
    link = null;
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    announce(ConnectionState.CLOSED);
  }

  private void attempt() {
    attempts.incrementAndGet();
    try {
      var unused = client
          .connectAsync(CODEC, RedisURI.create(settings.uri()))
          .whenCompleteAsync(this::attempted, thread);
    } catch (RuntimeException e) {
      attempted(null, e);
    }
  }

  private void attempted(
      @Nullable StatefulRedisConnection<String, byte[]> connection, @Nullable Throwable failure) {
    if (connection != null && !lost.contains(connection)) {
      connected(connection);
    } else {
      failed(failure);
    }
    firstAttempt.complete(null);
  }

  private void connected(StatefulRedisConnection<String, byte[]> connection) {
    Duration outage = sinceDisconnected();
    pastOutageNanos.addAndGet(outage.toNanos());
    link = new Link(connection);
    backoff.reset();
    if (connections.incrementAndGet() == 1 && failuresInARow == 0) {
      log.info("Connected to Redis at {}", settings.address());
    } else {
      log.info(
          "Redis at {} is back after {} ms and {} failed attempts",
          settings.address(),
          outage.toMillis(),
          failuresInARow);
    }
    failuresInARow = 0;
    announce(ConnectionState.CONNECTED);
  }

  private void failed(@Nullable Throwable failure) {
    failures.incrementAndGet();
    if (failuresInARow++ == 0) {
      log.warn(
          "Cannot connect to Redis at {}: {}. Going on without it and trying again until it is there",
          settings.address(),
          rootMessage(failure));
    }
    var unused = thread.schedule(this::attempt, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void disconnected(Object connection) {
    Link present = link;
    if (present == null || present.connection() != connection) {
      lost.add(connection);
      return;
    }
    disconnectedSince = System.nanoTime();
    link = null;
    var unused = present.connection().closeAsync();
    log.warn(
        "Lost the connection to Redis at {}. Going on without it and trying again until it is there",
        settings.address());
    announce(ConnectionState.DISCONNECTED);
    thread.execute(this::attempt);
  }

  private void announce(ConnectionState state) {
    for (Consumer<ConnectionState> listener : listeners) {
      try {
        listener.accept(state);
      } catch (RuntimeException e) {
        log.warn("A listener failed on connection state {}; the others are still told", state, e);
      }
    }
  }

  private Duration sinceDisconnected() {
    return Duration.ofNanos(System.nanoTime() - disconnectedSince);
  }

  private static String rootMessage(@Nullable Throwable failure) {
    if (failure == null) {
      return "the connection was lost at once";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
