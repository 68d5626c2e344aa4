package dev.forebay.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One folder that holds a {@code pom.xml}.
 *
 * @param name the folder, relative to the root: {@code cache}, {@code examples/marketplace}
 */
record MavenModule(String name, Path folder) {

  Path mainSources() {
    return folder.resolve("src/main/java");
  }

  Path mainResources() {
    return folder.resolve("src/main/resources");
  }

  Path testSources() {
    return folder.resolve("src/test/java");
  }

  Path classes() {
    return folder.resolve("target/classes");
  }

  Path reports() {
    return folder.resolve("target/surefire-reports");
  }

  /**
   * Every regular file below {@code folder} whose name ends so, sorted; none if the folder is
   * missing.
   */
  static List<Path> files(Path folder, String nameEnd) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(nameEnd))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Could not list " + folder, e);
    }
  }
}
