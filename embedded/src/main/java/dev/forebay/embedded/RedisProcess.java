package dev.forebay.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a redis-server, from its start to its end. A direct child of this JVM. */
final class RedisProcess {

  private static final Logger log = LoggerFactory.getLogger(RedisProcess.class);
  private static final long POLL_MILLIS = 5;
  private static final long STOP_SECONDS = 10;
  private static final long KILL_SECONDS = 5;

  private final Process process;
  private final ServerFolder folder;
  private final RedisEndpoint endpoint;
  private final CompletableFuture<Void> pidForgotten;

  private RedisProcess(Process process, ServerFolder folder, RedisEndpoint endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
    this.pidForgotten = process.onExit().thenRun(this::forgetPid);
  }

  /**
   * Runs the binary with the folder's redis.conf and returns when it answers.
   *
   * @throws PortTakenException if another process has the port
   * @throws EmbeddedServerException if it ends or does not answer in time; it is gone then
   */
  static RedisProcess start(
      RedisBinary binary, ServerFolder folder, RedisEndpoint endpoint, ServerPlan plan) {
    RedisProcess started = launch(binary.path(), folder, endpoint, plan.argument());
    boolean ready = false;
    try {
      started.awaitReady(plan.patience());
      ready = true;
      return started;
    } finally {
      if (!ready) {
        started.kill();
      }
    }
  }

  private static RedisProcess launch(
      Path binary, ServerFolder folder, RedisEndpoint endpoint, Optional<String> argument) {
    List<String> command = new ArrayList<>();
    command.add(binary.toString());
    command.add(folder.config().toString());
    argument.ifPresent(command::add);
    try {
      Files.deleteIfExists(folder.pidFile());
      Process process = new ProcessBuilder(command)
          .directory(folder.path().toFile())
          .redirectErrorStream(true)
          .redirectOutput(Redirect.to(folder.log().toFile()))
          .start();
      process.getOutputStream().close();
      return new RedisProcess(process, folder, endpoint);
    } catch (IOException e) {
      throw new EmbeddedServerException("'" + binary + "' cannot be run: " + e.getMessage(), e);
    }
  }

  private void awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (awaitEnd(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw ended();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new EmbeddedServerException("redis-server did not answer on port " + endpoint.port()
            + " within " + patience.toMillis() + " ms. Give a slow machine or a large data set more"
            + " with startWithin(...). Its log ends with:\n" + folder.logTail());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new EmbeddedServerException("Interrupted while redis-server was starting");
      }
    }
  }

  private EmbeddedServerException ended() {
    String tail = folder.logTail();
    if (tail.toLowerCase(Locale.ROOT).contains("address already in use")) {
      return new PortTakenException(endpoint.port(), tail);
    }
    if (tail.contains("'tls-port ") && tail.contains("Bad directive")) {
      return new EmbeddedServerException("This redis-server was built without TLS. Leave out tls(),"
          + " or " + RedisBinary.NAME_ANOTHER + ". Its log ends with:\n" + tail);
    }
    return new EmbeddedServerException("redis-server ended with " + process.exitValue()
        + " instead of starting. If its log below blames a directive or a user, correct that."
        + " It ends with:\n" + tail);
  }

  // Redis writes its pid file after it has the port. Without this look, another server on the same
  // port could answer in place of ours in the moment before ours gives up.
  private boolean isReady() {
    try {
      if (!hasWrittenPid()) {
        return false;
      }
      Object reply = endpoint.reply("PING");
      return !(reply instanceof ErrorReply error && error.message().startsWith("LOADING"));
    } catch (IOException e) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Asks it to shut down, which saves what it is configured to save, and waits.
   *
   * @throws EmbeddedServerException if it did not end in time and was killed
   */
  void stop() {
    process.destroy();
    if (process.isAlive()) {
      signal("CONT");
    }
    boolean orderly = awaitEnd(STOP_SECONDS, TimeUnit.SECONDS);
    if (!orderly) {
      kill();
      throw new EmbeddedServerException("redis-server on port " + endpoint.port() + " did not shut"
          + " down within " + STOP_SECONDS + " s and was killed; writes since its last save may be"
          + " lost. Its log ends with:\n" + folder.logTail());
    }
    pidForgotten.join();
  }

  /** Kills it and the children that it may have forked to save, as a crash would end it. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    if (!awaitEnd(KILL_SECONDS, TimeUnit.SECONDS)) {
      throw new EmbeddedServerException(
          "Process " + pid() + " does not end although it was killed;" + " end it by hand.");
    }
    pidForgotten.join();
  }

  // The number may soon be another process's: the guard must not find it. Redis deletes the file
  // only when it shuts down in order. Who ends a process waits for this: late, it could delete the
  // file of the next one.
  private void forgetPid() {
    try {
      if (hasWrittenPid()) {
        Files.deleteIfExists(folder.pidFile());
      }
    } catch (IOException e) {
      log.debug("The pid file of process {} stays in {}", pid(), folder.path(), e);
    }
  }

  private boolean hasWrittenPid() throws IOException {
    return Files.exists(folder.pidFile())
        && Files.readString(folder.pidFile()).strip().equals(Long.toString(pid()));
  }

  /** Sends a signal that Java has no method for. */
  void signal(String name) {
    try {
      Process kill = new ProcessBuilder(
              "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, Long.toString(pid()))
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
      kill.waitFor();
    } catch (IOException e) {
      throw new EmbeddedServerException("SIG" + name + " could not be sent: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits, also when the thread was interrupted: a server is never left half stopped. */
  private boolean awaitEnd(long time, TimeUnit unit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + unit.toNanos(time);
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
