package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisReadOnlyException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to Redis alive.
 *
 * <p>A lost connection is never repaired: it is replaced by a new {@link Link} as a whole, so what
 * was under way on it runs at most once. A connection whose commands keep timing out is suspended,
 * probed, and replaced when the probes fail too. All transitions happen on one thread of its own,
 * never on an event loop.
 */
final class ConnectionSupervisor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  /** With what it takes to close, and for a JVM to start, a process ends within 10 s. */
  private static final Duration LONGEST_START = Duration.ofSeconds(7);
  /** How long a connection must have lived for its loss to be answered by an attempt at once. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
  private static final int PROBES_BEFORE_REPLACEMENT = 3;
  /** Follows the prefix in the name of a key that never exists: changing it changes nothing. */
  private static final String NO_KEY = "#none";

  private static final Duration QUIET = Duration.ofMillis(250);

  private final RedisSettings settings;
  private final String address;
  private final ConnectFailures failures;
  private final Connector connector;
  private final List<Consumer<ConnectionState>> listeners = new CopyOnWriteArrayList<>();
  private final ConnectionRecorder recorder;
  private final CircuitBreaker breaker = new CircuitBreaker();
  private final AtomicBoolean closed = new AtomicBoolean();
  /** Completed by null at the first outcome that lets {@link #start} return, or by a failure. */
  private final CompletableFuture<@Nullable RedisUnavailableException> started =
      new CompletableFuture<>();

  private final ScheduledExecutorService thread;
  private final DeadlineWatch deadlines;
  private final Subscriptions subscriptions;

  // Used on the thread only.
  private final Backoff backoff = new Backoff();
  /** Connections that broke before {@link #attempted} heard of them. */
  private final Set<Object> lost = Collections.newSetFromMap(new WeakHashMap<>());

  private boolean attempting;
  private long attemptedAt;
  private long connectedAt;
  /** Whether the last connection was given up as its server refused a write. */
  private boolean refusedWrites;

  private CompletableFuture<?> attempt = CompletableFuture.completedFuture(null);

  private volatile @Nullable Link link;
  private volatile @Nullable Throwable lastFailure;

  ConnectionSupervisor(RedisSettings settings, Workload workload, Connector connector) {
    this.settings = settings;
    this.address = settings.address(workload);
    this.failures = new ConnectFailures(settings, workload);
    this.connector = connector;
    this.recorder = new ConnectionRecorder(address, isRequired(), failures);
    this.thread = threadNamed("forebay-redis-" + workload);
    this.subscriptions =
        new Subscriptions(connector, thread, () -> link != null, settings.commandTimeout());
    connector.onLost(connection -> execute(() -> lost(connection)));
    this.deadlines = new DeadlineWatch(
        "forebay-redis-deadlines-" + workload,
        settings.commandTimeout(),
        () -> link,
        useless -> execute(() -> replace(useless, "no node is connected")));
  }

  private boolean isRequired() {
    return settings.availability() == Availability.REQUIRED;
  }

  /**
   * Begins to connect. Waits for the outcome of the first attempt if Redis is optional, until there
   * is a connection if it is required.
   *
   * @throws RedisUnavailableException if Redis is required and cannot be reached; closed then
   */
  void start() {
    execute(this::attempt);
    boolean required = isRequired();
    long patience =
        required ? LONGEST_START.toMillis() : settings.connectTimeout().toMillis() + 500;
    RedisUnavailableException failure = null;
    try {
      failure = started.get(patience, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (required) {
        Throwable last = lastFailure;
        failure = failures.unreachable("no connection within " + patience + " ms"
            + (last == null ? "" : ", the last attempt failed with: " + failures.describe(last)));
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A start never completes exceptionally", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = required ? failures.unreachable("interrupted while connecting") : null;
    }
    if (failure != null) {
      close();
      throw failure;
    }
  }

  /** Returns the connection to send commands through, or null while none must be sent. */
  @Nullable
  Link link() {
    return breaker.isOpen() ? null : link;
  }

  /** Tells {@code listener} of what is published while there is a connection; see {@link Subscriptions}. */
  void subscribe(String channel, Consumer<String> listener) {
    try {
      subscriptions.add(channel, listener);
    } catch (RejectedExecutionException e) {
      log.trace("Closed meanwhile", e);
    }
  }

  ConnectionState state() {
    if (closed.get()) {
      return ConnectionState.CLOSED;
    }
    if (link == null) {
      return ConnectionState.DISCONNECTED;
    }
    return breaker.isOpen() ? ConnectionState.SUSPENDED : ConnectionState.CONNECTED;
  }

  ConnectionStatistics statistics() {
    return recorder.statistics(link != null, closed.get());
  }

  void onStateChange(Consumer<ConnectionState> listener) {
    listeners.add(listener);
  }

  /** Runs {@code check} after each connection was made, on a thread where it may block. */
  void onConnected(Runnable check) {
    onStateChange(state -> {
      if (state == ConnectionState.CONNECTED) {
        ForkJoinPool.commonPool().execute(check);
      }
    });
  }

  /** Notes that a command was refused without being sent. */
  void rejected() {
    recorder.rejected();
  }

  /** Notes that a command was answered. */
  void answered() {
    breaker.answered();
  }

  /** Notes that a command was answered by an error, by a replica if {@code used} is null. */
  void answeredByError(@Nullable Link used, Throwable error) {
    recorder.answeredByError();
    if (used == null) {
      return;
    }
    breaker.answered();
    if (error instanceof RedisReadOnlyException && !used.isSharded()) {
      // A master that was demoted: the sentinels know the new one.
      execute(() -> replaceReplica(used));
    }
  }

  /** Notes that a command had no reply in time, of a replica if {@code used} is null. */
  void timedOut(@Nullable Link used) {
    recorder.timedOut();
    if (used != null && used == link && breaker.timedOut()) {
      execute(() -> suspend(used));
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Link last = link;
    link = null;
    if (last != null) {
      last.stopSending();
    }
    // Last on the thread, so that nobody is told of a connection after being told of the end, and
    // that none is begun after it.
    CompletableFuture<Void> quiet = CompletableFuture.supplyAsync(this::end, thread)
        .thenCompose(attempts -> CompletableFuture.allOf(attempts));
    thread.shutdown();
    deadlines.close();
    awaitQuiet(quiet);
    connector.close();
  }

  /** Tells listeners of the end; returns the attempts to connect that may be under way. */
  private CompletableFuture<?>[] end() {
    announce(ConnectionState.CLOSED);
    return new CompletableFuture<?>[] {attempt, subscriptions.attempt()};
  }

  /** Lets attempts that are under way come to their end, rather than break them, if that is soon. */
  private static void awaitQuiet(CompletableFuture<Void> quiet) {
    boolean interrupted = Thread.interrupted();
    try {
      quiet.get(QUIET.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.trace("An attempt to connect failed or takes long; the end of its client ends it", e);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static ScheduledExecutorService threadNamed(String name) {
    return Executors.newSingleThreadScheduledExecutor(runnable -> {
      Thread thread = new Thread(runnable, name);
      thread.setDaemon(true);
      return thread;
    });
  }

  private void attempt() {
    if (attempting || link != null || closed.get()) {
      return;
    }
    attempting = true;
    attemptedAt = System.nanoTime();
    recorder.attempting();
    try {
      CompletionStage<Link> connecting = connector.connect();
      if (refusedWrites) {
        // It may be the same server again, which would refuse the next write as well.
        connecting = connecting.thenCompose(this::requireWrites);
      }
      attempt = connecting.toCompletableFuture();
      var unused = connecting.whenCompleteAsync(this::attempted, this::execute);
    } catch (RuntimeException e) {
      attempted(null, e);
    }
  }

  /** Lets an attempt fail if its server is a replica, and where that cannot be told, succeed. */
  private CompletionStage<Link> requireWrites(Link established) {
    return established
        .<Boolean>send(0, commands -> commands.persist(settings.keyPrefix() + NO_KEY))
        .orTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle((done, failure) -> {
          Throwable cause = failure == null ? null : Batch.causeOf(failure);
          if (cause == null
              || (cause instanceof RedisCommandExecutionException
                  && !(cause instanceof RedisReadOnlyException))) {
            return established;
          }
          established.stopSending();
          var unused = established.connection().closeAsync();
          throw new CompletionException(cause);
        });
  }

  private void attempted(@Nullable Link established, @Nullable Throwable failure) {
    attempting = false;
    if (closed.get()) {
      return;
    }
    if (established != null && !lost.contains(established.connection())) {
      connected(established);
    } else {
      if (established != null) {
        established.stopSending();
        var unused = established.connection().closeAsync();
      }
      failed(failure);
    }
  }

  private void connected(Link established) {
    breaker.close();
    link = established;
    if (closed.get()) {
      // Closed just now, without knowing of this link.
      link = null;
      established.stopSending();
      return;
    }
    connectedAt = System.nanoTime();
    refusedWrites = false;
    recorder.connected();
    subscriptions.connect();
    announce(ConnectionState.CONNECTED);
    started.complete(null);
  }

  private void failed(@Nullable Throwable failure) {
    lastFailure = failure;
    int inARow = recorder.attemptFailed();
    boolean required = isRequired();
    if (required && inARow >= settings.reconnectAttempts()) {
      giveUp(failures.unreachable(
          (inARow == 1 ? "the attempt failed with: " : inARow + " attempts failed, the last with: ")
              + failures.describe(failure)));
      return;
    }
    recorder.tryingAgain(failure);
    if (!required) {
      started.complete(null);
    }
    schedule(this::attempt, backoff.next(Duration.ofNanos(System.nanoTime() - attemptedAt)));
  }

  private void giveUp(RedisUnavailableException failure) {
    if (started.complete(failure)) {
      return;
    }
    Thread handler = new Thread(
        () -> {
          close();
          settings.giveUpHandler().giveUp(failure);
        },
        "forebay-redis-give-up");
    handler.start();
  }

  private void lost(Object connection) {
    Link present = link;
    if (present == null || present.connection() != connection) {
      lost.add(connection);
      return;
    }
    replace(present, "the connection was lost");
  }

  private void replaceReplica(Link used) {
    if (link == used) {
      refusedWrites = true;
      replace(used, "it is a replica now");
    }
  }

  /** Gives up a connection that is of no use any more, and begins to make another one. */
  private void replace(Link useless, String reason) {
    if (link != useless || closed.get()) {
      return;
    }
    link = null;
    breaker.close();
    useless.stopSending();
    var unused = useless.connection().closeAsync();
    subscriptions.drop();
    recorder.lost(reason);
    announce(ConnectionState.DISCONNECTED);
    if (System.nanoTime() - connectedAt >= SETTLED.toNanos()) {
      backoff.reset();
      attempt();
    } else {
      schedule(this::attempt, backoff.next());
    }
  }

  private void suspend(Link hanging) {
    if (link != hanging) {
      breaker.close();
      return;
    }
    recorder.suspended();
    announce(ConnectionState.SUSPENDED);
    probe(hanging, 1);
  }

  private void probe(Link hanging, int number) {
    if (link != hanging || closed.get()) {
      return;
    }
    var unused = hanging
        .ping()
        .orTimeout(settings.commandTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .whenCompleteAsync(
            (pong, failure) -> {
              if (failure == null) {
                resume(hanging);
              } else if (number == PROBES_BEFORE_REPLACEMENT) {
                replace(hanging, "it does not answer");
              } else {
                schedule(() -> probe(hanging, number + 1), PROBE_INTERVAL);
              }
            },
            this::execute);
  }

  private void resume(Link answering) {
    if (link != answering) {
      return;
    }
    breaker.close();
    recorder.resumed();
    announce(ConnectionState.CONNECTED);
  }

  private void announce(ConnectionState state) {
    for (Consumer<ConnectionState> listener : listeners) {
      try {
        listener.accept(state);
      } catch (Throwable e) {
        // An Error too: a listener must not end reconnecting.
        log.warn("A listener failed on connection state {}; the others are still told", state, e);
      }
    }
  }

  /** Runs a transition; one that comes while closing is dropped. */
  private void execute(Runnable transition) {
    try {
      thread.execute(transition);
    } catch (RejectedExecutionException e) {
      log.trace("Closed meanwhile", e);
    }
  }

  private void schedule(Runnable transition, Duration delay) {
    try {
      var unused = thread.schedule(transition, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.trace("Closed meanwhile", e);
    }
  }
}
