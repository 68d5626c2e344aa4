package dev.forebay.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A contestant in a JVM of its own, which ends with this one. */
final class RemotePlayer implements Player {

  /** The same for every contestant. */
  static final List<String> JVM_OPTIONS =
      List.of("-Xms768m", "-Xmx768m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError");

  /** Netty, Kryo and others go slower without. */
  private static final List<String> SINCE_JDK_23 =
      List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");

  private final JsonMapper json = new JsonMapper();
  private final String name;
  private final PipedProcess process;

  private RemotePlayer(String name, Process process) {
    this.name = name;
    this.process = new PipedProcess(process);
  }

  /** Starts a JVM, without waiting until it is up. Its log goes to a file. */
  static RemotePlayer start(String suite, String contestant, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    if (Runtime.version().feature() >= 23) {
      command.addAll(SINCE_JDK_23);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(PlayerMain.class.getName(), suite, contestant));
    try {
      File file = log.toFile();
      return new RemotePlayer(
          contestant,
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(file))
              .start());
    } catch (IOException e) {
      throw new ContestantException("No JVM starts for " + contestant + ": " + e, e);
    }
  }

  /** Returns the process number of its JVM. */
  long pid() {
    return process.pid();
  }

  @Override
  public void prepare(Case played, Address address, int instance) {
    var unused = ask(Order.prepare(played, address, instance));
  }

  @Override
  public void begin() {
    var unused = ask(Order.to(Order.Kind.BEGIN));
  }

  @Override
  public Turn play(double seconds) {
    Turn turn = ask(Order.play(seconds));
    if (turn == null) {
      throw new ContestantException(name + " answered without a turn");
    }
    return turn;
  }

  @Override
  public void check() {
    var unused = ask(Order.to(Order.Kind.CHECK));
  }

  @Override
  public void rest() {
    var unused = ask(Order.to(Order.Kind.REST));
  }

  private @Nullable Turn ask(Order order) {
    try {
      String line = process.ask(json.writeValueAsString(order));
      if (line == null) {
        throw new ContestantException("The JVM of " + name + " ended; its log says why");
      }
      Order.Answer answer = json.readValue(line, Order.Answer.class);
      if (answer.failure() != null) {
        throw new ContestantException(answer.failure());
      }
      return answer.turn();
    } catch (IOException e) {
      throw new ContestantException("The JVM of " + name + " does not answer: " + e, e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
