package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;

/** A JVM of its own for tests: guards what a pid file names, until it is killed. */
final class GuardMain {

  private GuardMain() {}

  /** Arguments: the pid file, the folder to delete or nothing, the first signal. */
  public static void main(String... arguments) throws Exception {
    Path folder = arguments[1].isEmpty() ? null : Path.of(arguments[1]);
    OrphanGuard.watch(Path.of(arguments[0]), folder, OrphanGuard.Signal.valueOf(arguments[2]));
    new PrintStream(System.out, true, UTF_8).println("guarded");
    Thread.currentThread().join();
  }
}
