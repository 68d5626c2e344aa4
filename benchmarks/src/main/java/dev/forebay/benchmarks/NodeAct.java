package dev.forebay.benchmarks;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A contestant in Node.js: a process that takes a line of JSON for each turn, and for the check after
 * it, and answers one each. It ends with its input. {@code benchmarks/run} installs the packages.
 */
public final class NodeAct implements Outsider {

  private static final JsonMapper JSON = new JsonMapper();

  private final PipedProcess process;

  private NodeAct(Process process) {
    this.process = new PipedProcess(process);
  }

  /**
   * Returns the opening that runs a script of {@code resources/node}.
   *
   * @param script name of the file
   * @param packages what it needs of npm
   * @param options what the script is told beside the case
   */
  public static Contestant.Opening opening(
      String script, Map<String, String> options, String... packages) {
    return stage -> {
      Path classes = classes();
      for (String needed : packages) {
        requirePackage(classes, needed);
      }
      NodeAct act = start(classes.resolve("node").resolve(script));
      var unused = act.ask(Map.of(
          "operation", stage.operation(),
          "callers", stage.played().callers().count(),
          "entries", stage.entries(),
          "port", stage.port(),
          "database", stage.database(),
          "options", options));
      return act;
    };
  }

  /** Returns whether a package of npm lies where {@code benchmarks/run} installs it. */
  static boolean hasPackage(String name) {
    return Files.isDirectory(packageFolder(classes(), name));
  }

  private static void requirePackage(Path classes, String name) {
    if (!Files.isDirectory(packageFolder(classes, name))) {
      throw new SkippedException("npm package '" + name
          + "' is not installed; benchmarks/run installs it where npm is on the PATH");
    }
  }

  private static Path packageFolder(Path classes, String name) {
    return classes.resolveSibling("node_modules").resolve(name);
  }

  private static Path classes() {
    try {
      return Path.of(
          NodeAct.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("No folder of classes", e);
    }
  }

  private static NodeAct start(Path script) {
    try {
      return new NodeAct(new ProcessBuilder("node", script.toString())
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start());
    } catch (IOException e) {
      throw new SkippedException("Node.js does not start: " + e.getMessage());
    }
  }

  /**
   * What the process answers.
   *
   * @param played after a turn, else null
   * @param error why there is none, or null
   */
  record Answer(@Nullable Played played, @Nullable String error) {}

  @Override
  public Played play(double seconds) throws Exception {
    Played played = ask(Map.of("seconds", seconds)).played();
    if (played == null) {
      throw new IllegalStateException("the Node.js process answered without figures");
    }
    return played;
  }

  @Override
  public void check() throws Exception {
    var unused = ask(Map.of("check", true));
  }

  private Answer ask(Map<String, Object> order) throws IOException {
    String line = process.ask(JSON.writeValueAsString(order));
    if (line == null) {
      throw new IllegalStateException("The Node.js process ended; its log says why");
    }
    Answer answer = JSON.readValue(line, Answer.class);
    if (answer.error() != null) {
      throw new IllegalStateException(answer.error());
    }
    return answer;
  }

  @Override
  public void close() {
    process.close();
  }
}
