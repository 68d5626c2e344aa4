package dev.forebay.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What bytecode no longer shows: length, package documentation, synchronized blocks. Main sources
 * only.
 */
final class SourceRules {

  static final int LONGEST_FILE = 500;

  private final House house;
  private final List<Path> files;
  private final List<JavaSource> sources;

  SourceRules(House house) {
    this.house = house;
    this.files = house.files(MavenModule::mainSources, ".java");
    this.sources = JavaSource.parse(files);
  }

  List<String> packagesThatAreNotNullMarked() {
    Set<Path> folders = new TreeSet<>();
    files.forEach(file -> folders.add(file.getParent()));
    for (JavaSource source : sources) {
      if (source.file().endsWith("package-info.java") && isNullMarked(source)) {
        folders.remove(source.file().getParent());
      }
    }
    return folders.stream()
        .map(folder -> house.relative(folder)
            + " has no package-info.java with @NullMarked: add one; its Javadoc says in"
            + " a sentence what the package is")
        .toList();
  }

  List<String> filesThatAreTooLong() {
    List<String> violations = new ArrayList<>();
    for (Path file : files) {
      int lines = lines(file);
      if (lines > LONGEST_FILE) {
        violations.add(house.relative(file) + " has " + lines + " lines, " + LONGEST_FILE
            + " are allowed: split it along its nouns");
      }
    }
    return violations;
  }

  List<String> synchronizedBlocks() {
    List<String> violations = new ArrayList<>();
    for (JavaSource source : sources) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitSynchronized(SynchronizedTree block, Void unused) {
          violations.add(house.relative(source.file()) + ":" + source.line(block)
              + " has a synchronized block, which pins a virtual thread before Java 24:"
              + " use a ReentrantLock");
          return super.visitSynchronized(block, null);
        }
      }.scan(source.unit(), null);
    }
    return violations;
  }

  private static boolean isNullMarked(JavaSource source) {
    for (AnnotationTree annotation : source.unit().getPackageAnnotations()) {
      String type = annotation.getAnnotationType().toString();
      if (type.equals("NullMarked") || type.endsWith(".NullMarked")) {
        return true;
      }
    }
    return false;
  }

  private static int lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + file, e);
    }
  }
}
