package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ends a server process and deletes its folder when this JVM is gone, however it ended: {@code kill
 * -9} included. Start the guard before the server; release it after the server was stopped.
 *
 * <p>The guard is a {@code /bin/sh} that reads from a pipe which only this JVM holds open. The word
 * {@code release} ends it. The end of the pipe without that word means that the JVM is gone: it
 * waits up to 2 s for the pid file, in case the server was just being started, sends the process a
 * signal, after 5 s {@code KILL}, and deletes the folder. It is in a session of its own where {@code
 * setsid} exists and ignores HUP, INT, QUIT and TERM, so Ctrl-C and a kill of the process group do
 * not take it.
 *
 * <p>On Windows it does nothing. It cannot help where a supervisor kills every process at once, the
 * guard included. A pid file must not outlive its process for long: the number could by then belong
 * to another one. Safe for concurrent use.
 */
public final class OrphanGuard implements AutoCloseable {

  /** What a process is asked to end with, before it is killed. */
  public enum Signal {
    /** Redis: an orderly shutdown. PostgreSQL: wait for the clients to leave. */
    TERM,
    /** PostgreSQL: disconnect the clients and shut down in order. */
    INT
  }

  private static final long RELEASE_MILLIS = 2_000;

  // $1 pid file, $2 folder or empty, $3 first signal. CONT lets a paused process see its signal.
  private static final String SCRIPT = """
      trap '' HUP INT QUIT TERM
      while IFS= read -r word; do
        if [ "$word" = release ]; then exit 0; fi
      done
      nap() { sleep 0.1 || sleep 1; }
      tries=0
      while [ ! -s "$1" ] && [ "$tries" -lt 20 ]; do nap; tries=$((tries + 1)); done
      pid=
      if [ -s "$1" ]; then IFS= read -r pid < "$1"; fi
      case "$pid" in 0* | 1 | *[!0-9]*) pid= ;; esac
      if [ -n "$pid" ]; then
        kill -s "$3" "$pid"
        kill -s CONT "$pid"
        tries=0
        while kill -s 0 "$pid" && [ "$tries" -lt 50 ]; do nap; tries=$((tries + 1)); done
        if kill -s KILL "$pid"; then nap; fi
      fi
      if [ -n "$2" ]; then rm -rf -- "$2" || { nap; rm -rf -- "$2"; }; fi
      """;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Process watchdog;

  private OrphanGuard(@Nullable Process watchdog) {
    this.watchdog = watchdog;
  }

  /** Same as {@link #watch(Path, Path, Signal)} with {@code TERM}. */
  public static OrphanGuard watch(Path pidFile, @Nullable Path folder) {
    return watch(pidFile, folder, Signal.TERM);
  }

  /**
   * Starts to guard. Returns at once; neither file nor folder needs to exist yet.
   *
   * @param pidFile its first line is the number of the process to end, once the server has written
   *     it
   * @param folder deleted with all it holds after the process ended; null to delete nothing
   * @param firstSignal what the process is sent, 5 s before {@code KILL}
   * @throws EmbeddedServerException if the shell cannot be started
   */
  public static OrphanGuard watch(Path pidFile, @Nullable Path folder, Signal firstSignal) {
    if (isWindows()) {
      return new OrphanGuard(null);
    }
    List<String> command = new ArrayList<>();
    setsid().ifPresent(command::add);
    command.addAll(List.of("/bin/sh", "-c", SCRIPT, "forebay-orphan-guard"));
    command.add(pidFile.toAbsolutePath().toString());
    command.add(folder == null ? "" : folder.toAbsolutePath().toString());
    command.add(firstSignal.name());
    try {
      return new OrphanGuard(new ProcessBuilder(command)
          .directory(new File("/"))
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start());
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The guard that ends a server when this JVM dies did not start: " + e.getMessage()
              + ". See that /bin/sh can be run and that the limit of processes is not reached.",
          e);
    }
  }

  private static Optional<String> setsid() {
    return ProgramPath.find("setsid").map(Path::toString);
  }

  private static boolean isWindows() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /**
   * Ends the guard; it does nothing any more. Waits up to 2 s for it to be gone. May be called
   * again.
   */
  public void release() {
    lock.lock();
    try {
      Process process = watchdog;
      if (process != null) {
        watchdog = null;
        tell(process);
        awaitEnd(process);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void tell(Process process) {
    try (OutputStream pipe = process.getOutputStream()) {
      pipe.write("release\n".getBytes(UTF_8));
    } catch (IOException e) {
      // Somebody killed the guard: it is as good as released. Never leave one that was not told.
      process.destroyForcibly();
    }
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(RELEASE_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Same as {@link #release()}. */
  @Override
  public void close() {
    release();
  }
}
