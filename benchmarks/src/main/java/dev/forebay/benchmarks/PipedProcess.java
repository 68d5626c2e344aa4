package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that takes lines, answers each by a line, and ends with its input. */
final class PipedProcess implements AutoCloseable {

  private static final int GOODBYE_SECONDS = 10;

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;

  PipedProcess(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the answer to a line; returns null if the process ended instead. */
  @Nullable
  String ask(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
    return answers.readLine();
  }

  /** Ends the process, by force if it does not end in time. */
  @Override
  public void close() {
    try {
      orders.close();
      if (!process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
