package dev.forebay.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The repository as it lies on disk. Modules are found, not listed: a new one falls under every
 * rule at once.
 */
record House(Path root, List<MavenModule> modules) {

  private static final int DEEPEST_MODULE = 2;

  static House ofThisBuild() {
    return at(Path.of(required("forebay.root")));
  }

  static House at(Path root) {
    Path normal = root.toAbsolutePath().normalize();
    List<MavenModule> modules = new ArrayList<>();
    collect(normal, normal, 1, modules);
    return new House(normal, List.copyOf(modules));
  }

  /** A system property that only Surefire sets. */
  static String required(String property) {
    String value = System.getProperty(property);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("System property '" + property
          + "' is not set: architecture/pom.xml sets it. Run `mvn verify` at the root"
          + " of the repository.");
    }
    return value;
  }

  List<Path> files(Function<MavenModule, Path> folder, String nameEnd) {
    return modules.stream()
        .flatMap(module -> MavenModule.files(folder.apply(module), nameEnd).stream())
        .toList();
  }

  String relative(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static void collect(Path root, Path folder, int depth, List<MavenModule> modules) {
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.filter(Files::isDirectory).sorted().toList()) {
        String name = child.getFileName().toString();
        if (name.startsWith(".") || name.equals("target") || name.equals("src")) {
          continue;
        }
        if (Files.exists(child.resolve("pom.xml"))) {
          modules.add(new MavenModule(root.relativize(child).toString().replace('\\', '/'), child));
        }
        if (depth < DEEPEST_MODULE) {
          collect(root, child, depth + 1, modules);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Could not list " + folder, e);
    }
  }
}
