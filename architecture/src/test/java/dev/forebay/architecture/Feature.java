package dev.forebay.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Optional;

/**
 * Classes of a feature or of its companion: {@code jobs}, {@code jobs.postgres} and {@code
 * jobspostgres} are all jobs.
 */
final class Feature extends DescribedPredicate<JavaClass> {

  private final String root;

  Feature(String root) {
    super("belong to a feature of " + ModuleRules.FEATURES);
    this.root = root;
  }

  @Override
  public boolean test(JavaClass type) {
    return of(root, type).isPresent();
  }

  static Optional<String> of(String root, JavaClass type) {
    return firstSegment(root, type)
        .flatMap(
            segment -> ModuleRules.FEATURES.stream().filter(segment::startsWith).findFirst());
  }

  /**
   * The part of the package after the root; empty for the root package itself and for foreign
   * classes.
   */
  static Optional<String> firstSegment(String root, JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(root + ".")) {
      return Optional.empty();
    }
    String rest = name.substring(root.length() + 1);
    int dot = rest.indexOf('.');
    return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
  }
}
