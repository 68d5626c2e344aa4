package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a main class in a JVM that a test may end in any way. */
final class ChildJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader out;
  private final String firstLine;

  /** Starts a server in it. */
  ChildJvm(Map<String, String> environment) throws IOException {
    this(environment, EmbeddedRedisMain.class);
  }

  /** Returns when the main class has printed its first line. */
  ChildJvm(Map<String, String> environment, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    out = process.inputReader(UTF_8);
    firstLine = readLine();
  }

  String firstLine() {
    return firstLine;
  }

  long redisPid() {
    return Long.parseLong(firstLine);
  }

  String readLine() throws IOException {
    return String.valueOf(out.readLine());
  }

  void tell(String word) throws IOException {
    try (Writer in = process.outputWriter(UTF_8)) {
      in.write(word + "\n");
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  Process process() {
    return process;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
