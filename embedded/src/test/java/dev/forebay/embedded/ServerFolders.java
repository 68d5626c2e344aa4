package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What tests look up about processes and temporary folders. */
final class ServerFolders {

  private ServerFolders() {}

  /** The temporary folder of a server, also where its data is elsewhere. */
  static Path of(EmbeddedRedis redis) {
    String config = String.valueOf(redis.execute("INFO", "server"))
        .lines()
        .filter(line -> line.startsWith("config_file:"))
        .findFirst()
        .orElseThrow();
    Path folder = Path.of(config.substring("config_file:".length())).getParent();
    return Objects.requireNonNull(folder);
  }

  /** The folders that this JVM made and not yet deleted. */
  static List<Path> ofThisJvm() throws IOException {
    String prefix = ServerFolder.PREFIX + ProcessHandle.current().pid() + "-";
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith(prefix))
          .toList();
    }
  }

  /** The state letter of a process: T when stopped, Z for a zombie; empty when there is none. */
  static String stateOf(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    Optional<String> state = Files.exists(status)
        ? Files.readAllLines(status).stream()
            .filter(l -> l.startsWith("State:"))
            .findFirst()
        : Optional.empty();
    return state
        .map(line -> line.substring("State:".length()).strip().substring(0, 1))
        .orElse("");
  }

  /** Gone, or a zombie that only its new parent can bury. */
  static boolean isGone(long pid) throws IOException {
    return ProcessHandle.of(pid).isEmpty() || stateOf(pid).equals("Z");
  }
}
