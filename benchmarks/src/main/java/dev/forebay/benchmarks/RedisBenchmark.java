package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs Redis's own {@code redis-benchmark}, if it is on the PATH: what the server gives a client that
 * does nothing but ask.
 */
final class RedisBenchmark {

  private static final int CALLERS = 64;
  private static final int REQUESTS = 50_000;
  private static final int BYTES = 500;

  private RedisBenchmark() {}

  /**
   * Asks for 500 bytes from 64 connections.
   *
   * @return what it reached in words, or that it is missing
   */
  static String run(int port, int database) {
    try {
      Process process = new ProcessBuilder(List.of(
              "redis-benchmark",
              "-h",
              "127.0.0.1",
              "-p",
              Integer.toString(port),
              "--dbnum",
              Integer.toString(database),
              "-t",
              "set,get",
              "-d",
              Integer.toString(BYTES),
              "-c",
              Integer.toString(CALLERS),
              "-n",
              Integer.toString(REQUESTS),
              "--csv"))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor(1, TimeUnit.SECONDS);
      return output
          .lines()
          .filter(line -> line.startsWith("\"GET\""))
          .findFirst()
          .map(RedisBenchmark::inWords)
          .orElse("no figures");
    } catch (IOException e) {
      return "not on the PATH";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static String inWords(String line) {
    String[] cells = line.replace("\"", "").split(",", -1);
    return String.format(
        Locale.ROOT,
        "GET of %d bytes from %d connections: %,.0f/s",
        BYTES,
        CALLERS,
        Double.parseDouble(cells[1]));
  }
}
