package dev.forebay.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The redis-server builds within the jar of embedded-redis. */
final class ShippedBinary {

  private static final Map<String, String> RESOURCES = Map.of(
      "linux-amd64", "redis-server-6.2.6-v5-linux-amd64",
      "linux-arm64", "redis-server-6.2.7-linux-arm64",
      "macos-amd64", "redis-server-6.2.6-v5-darwin-amd64",
      "macos-arm64", "redis-server-6.2.6-v5-darwin-arm64");

  private ShippedBinary() {}

  /** Puts the build for this machine into the folder, as an executable file. */
  static Path extract(ServerFolder folder) {
    String resource = resourceFor(
        System.getProperty("os.name", "unknown"), System.getProperty("os.arch", "unknown"));
    Path target = folder.path().resolve("redis-server");
    try (InputStream in = ShippedBinary.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new EmbeddedServerException("The shipped " + resource + " is not on the class path:"
            + " com.github.codemonstur:embedded-redis was excluded or replaced. Add it, or "
            + RedisBinary.NAME_ANOTHER + ".");
      }
      Files.copy(in, target);
      makeExecutable(target);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The shipped redis-server could not be written to '" + target + "': " + e
              + ". Make room there or name another folder with -Djava.io.tmpdir=...",
          e);
    }
    return target;
  }

  private static void makeExecutable(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE);
    Files.setPosixFilePermissions(file, permissions);
  }

  /** The resource for a machine, by Java's names for its system and processor. */
  static String resourceFor(String osName, String osArch) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      throw new EmbeddedServerException(
          "No redis-server is shipped for " + osName + ": the one there"
              + " is, 5.0, is below the 6.2 that Forebay needs. Run the JVM in WSL2, or "
              + RedisBinary.NAME_ANOTHER + ".");
    }
    String architecture = switch (osArch.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> osArch;
    };
    String resource =
        RESOURCES.get((system.startsWith("mac") ? "macos" : system) + "-" + architecture);
    if (resource == null) {
      throw new EmbeddedServerException("No redis-server is shipped for " + osName + " on " + osArch
          + " (only Linux and macOS, amd64 and arm64). To run here, " + RedisBinary.NAME_ANOTHER
          + ".");
    }
    return resource;
  }
}
