package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real redis-server that runs as a child process of this JVM and listens on 127.0.0.1 only. For
 * tests, demonstrations and development, not for production.
 *
 * <pre>{@code
 * try (EmbeddedRedis redis = EmbeddedRedis.start()) {
 *   redis.execute("SET", "greeting", "hello");
 * }
 * }</pre>
 *
 * <p>{@link #close()} leaves no process and no temporary folder behind. Nor does a JVM that ends
 * without it: a shutdown hook closes the server, and where the JVM is killed an {@link OrphanGuard}
 * does so within seconds. Safe for concurrent use; starting and stopping block, one caller at a
 * time.
 */
public final class EmbeddedRedis implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);

  private final ReentrantLock lifecycle = new ReentrantLock();
  private final ServerPlan plan;
  private final ServerFolder folder;
  private final OrphanGuard guard;
  private final RedisBinary binary;
  private final RedisEndpoint endpoint;
  private final @Nullable TlsFiles tlsFiles;
  private final Thread shutdownHook = new Thread(this::close, "forebay-embedded-redis");
  private volatile @Nullable RedisProcess process;
  private volatile boolean paused;
  private boolean closed;

  EmbeddedRedis(
      ServerPlan plan,
      ServerFolder folder,
      OrphanGuard guard,
      RedisBinary binary,
      RedisEndpoint endpoint,
      @Nullable TlsFiles tlsFiles) {
    this.plan = plan;
    this.folder = folder;
    this.guard = guard;
    this.binary = binary;
    this.endpoint = endpoint;
    this.tlsFiles = tlsFiles;
  }

  /** Starts a server with the defaults: a free port, no password, nothing kept on disk. */
  public static EmbeddedRedis start() {
    return builder().start();
  }

  /** A server to be configured, then started. */
  public static EmbeddedRedisBuilder builder() {
    return new EmbeddedRedisBuilder();
  }

  void startFirst() {
    launch();
    try {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      running().kill();
      throw new EmbeddedServerException("No server is started while the JVM shuts down", e);
    }
  }

  private void launch() {
    RedisProcess started = RedisProcess.start(binary, folder, endpoint, plan);
    process = started;
    paused = false;
    log.info(
        "{} {} runs on 127.0.0.1:{} as process {}, data in {}",
        plan.title(),
        binary.version(),
        port(),
        started.pid(),
        dataFolder());
  }

  private RedisProcess running() {
    RedisProcess current = process;
    if (current == null) {
      throw new IllegalStateException("The server was never started");
    }
    return current;
  }

  /**
   * The address with the login, if any: {@code redis://[[user]:password@]127.0.0.1:port}, or with TLS
   * {@code rediss://...}.
   */
  public String uri() {
    return endpoint.uri();
  }

  /** The TCP port; it stays the same over restarts. */
  public int port() {
    return endpoint.port();
  }

  /** The password that {@link #uri()} holds, or null if the server has none. */
  public @Nullable String password() {
    return endpoint.password();
  }

  /** The same server as an address that can be passed on. */
  public RedisEndpoint endpoint() {
    return endpoint;
  }

  /**
   * The same server, logged in as a user that was added with {@link EmbeddedServerBuilder#user}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public RedisEndpoint endpointOf(String user) {
    Login login = plan.users().login(user);
    if (login == null || login.password() == null) {
      throw new IllegalArgumentException("No user '" + user + "' was given with user(...); for one"
          + " from an ACL file call endpoint().login(user, password)");
    }
    return endpoint.login(user, login.password());
  }

  /**
   * What a client needs to trust this server.
   *
   * @throws IllegalStateException if it has no TLS
   */
  public TlsFiles tlsFiles() {
    if (tlsFiles == null) {
      throw new IllegalStateException("This server has no TLS; start it with builder().tls()");
    }
    return tlsFiles;
  }

  /** The process number of the latest run, also when that has ended. */
  public long pid() {
    return running().pid();
  }

  /** The version that runs, such as {@code 6.2.11}. */
  public String version() {
    return binary.version();
  }

  /** Where the data is: the folder that was named, or a temporary one. */
  public Path dataFolder() {
    return folder.dataOf(plan);
  }

  /** Whether the process is alive at this moment; a paused one is. */
  public boolean isRunning() {
    return running().isRunning();
  }

  /** Whether the process is alive and not paused. */
  boolean isAwake() {
    return isRunning() && !paused;
  }

  /**
   * Shuts the server down in order, so that it saves what it is configured to save; without
   * append-only file and {@code save} that is nothing. Waits until it ended, at most 10 s. Does
   * nothing if it is not running.
   *
   * @throws EmbeddedServerException if it did not end in time; it was killed then
   */
  public void stop() {
    change(() -> {
      if (isRunning()) {
        running().stop();
        log.info("{} on 127.0.0.1:{} was stopped", plan.title(), port());
      }
    });
  }

  /** Kills the server with {@code kill -9}, as a crash would end it, and waits until it is gone. */
  public void kill() {
    change(() -> {
      running().kill();
      log.info("{} on 127.0.0.1:{} was killed", plan.title(), port());
    });
  }

  /**
   * Starts the server again on the same port and data, after stopping it if it is running. Returns
   * when it answers, with its data loaded.
   *
   * @throws EmbeddedServerException if it cannot be started; it is stopped then
   */
  public void restart() {
    change(() -> {
      running().stop(); // also if it has ended: waits until its traces are gone
      launch();
    });
  }

  /**
   * Freezes the process (SIGSTOP): connections stay open and nothing answers, as when its machine
   * hangs. Does nothing if it is not running.
   */
  public void pause() {
    change(() -> {
      paused = true;
      signalIfRunning("STOP");
    });
  }

  /** Lets a paused process go on (SIGCONT). */
  public void resume() {
    change(() -> {
      signalIfRunning("CONT");
      paused = false;
    });
  }

  private void signalIfRunning(String name) {
    if (isRunning()) {
      running().signal(name);
    }
  }

  private void change(Runnable transition) {
    lifecycle.lock();
    try {
      if (closed) {
        throw new IllegalStateException("This server is closed; start another one");
      }
      transition.run();
    } finally {
      lifecycle.unlock();
    }
  }

  /** Sends one command, logged in; see {@link RedisEndpoint#execute(String...)}. */
  public @Nullable Object execute(String... command) {
    return endpoint.execute(command);
  }

  /**
   * Ends the server and deletes its temporary folder. A data folder that was named stays, and the
   * server is stopped in order then. Waits until both are done, at most some 15 s. May be called
   * again.
   */
  @Override
  public void close() {
    lifecycle.lock();
    try {
      if (!closed) {
        closed = true;
        end();
        removeShutdownHook();
      }
    } finally {
      lifecycle.unlock();
    }
  }

  private void end() {
    try {
      endProcess(running());
      log.info("{} on 127.0.0.1:{} was closed", plan.title(), port());
    } catch (EmbeddedServerException e) {
      log.warn("{} on 127.0.0.1:{} did not end in order", plan.title(), port(), e);
    } finally {
      discard(folder, guard);
    }
  }

  // An orderly end may wait for a replica that hangs: not for data that is deleted anyway.
  private void endProcess(RedisProcess last) {
    if (plan.dataFolder() == null) {
      last.kill();
    } else if (last.isRunning()) {
      last.stop();
    }
  }

  // The guard goes last: should the JVM be killed meanwhile, it still cleans up.
  static void discard(ServerFolder folder, @Nullable OrphanGuard guard) {
    try {
      folder.delete();
    } catch (IOException e) {
      log.warn("The folder {} could not be deleted; delete it by hand", folder.path(), e);
    } finally {
      if (guard != null) {
        guard.release();
      }
    }
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      log.trace("The JVM is already shutting down", e);
    }
  }

  /** Port, version and process; no password. */
  @Override
  public String toString() {
    return plan.title() + " " + version() + " on 127.0.0.1:" + port() + ", process " + pid();
  }
}
