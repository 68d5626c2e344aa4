package dev.forebay.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A main class in a JVM of its own, with the class path of this one: another instance of an
 * application, or one that a test kills. It is spoken to by lines, which it reads from its standard
 * input and prints to its standard output, in UTF-8. Its standard error is that of this JVM.
 *
 * <pre>{@code
 * try (ChildJvm teller = ChildJvm.start(Teller.class, redis.uri())) {
 *   assertThat(teller.readLine()).isEqualTo("READY");
 *   assertThat(teller.ask("balance")).isEqualTo("42");
 *   teller.kill();
 *   ...
 * }
 * }</pre>
 *
 * <p>To be used by one thread at a time.
 */
public final class ChildJvm implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ChildJvm.class);
  private static final int PATIENCE_SECONDS = 50;

  private final String main;
  private final Process process;
  /** What it has printed and nobody has read yet; at last, nothing. */
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  private ChildJvm(String main, Process process) {
    this.main = main;
    this.process = process;
    Thread reader = new Thread(this::read, "forebay-child-jvm-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts it, and does not wait.
   *
   * @param main has a method {@code public static void main(String[])}; need not be public itself
   * @throws UncheckedIOException if the system starts no process
   */
  public static ChildJvm start(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: the optimizing compiler would not pay.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(
          main.getName(),
          new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start a JVM for " + main.getName(), e);
    }
  }

  private void read() {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      log.debug("{} was ended while it printed", main, e);
    } finally {
      lines.add(Optional.empty());
    }
  }

  /**
   * Returns the next line that it prints. Waits for it, 50 s at most.
   *
   * @throws IllegalStateException if it prints none in time, or has ended, or the thread is
   *     interrupted
   */
  public String readLine() {
    Optional<String> line;
    try {
      line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (line == null) {
      throw new IllegalStateException(main + " printed no line within " + PATIENCE_SECONDS + " s");
    }
    return line.orElseThrow(() -> {
      lines.add(Optional.empty());
      return new IllegalStateException(
          main + " has ended, and prints no more lines; see its standard error");
    });
  }

  /**
   * Sends it a line, and returns the next one that it prints, as {@link #readLine} does.
   *
   * @throws IllegalStateException as {@link #readLine}
   */
  public String ask(String line) {
    try {
      process.outputWriter(UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      throw new IllegalStateException(
          main + " could not be asked '" + line + "': it has ended; see its standard error", e);
    }
    return readLine();
  }

  /**
   * Kills it, as a crash would end it, and waits until it is gone.
   *
   * @throws IllegalStateException if the thread is interrupted
   */
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for " + main, cause);
  }

  /** Kills it, and does not wait. May be called again. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
