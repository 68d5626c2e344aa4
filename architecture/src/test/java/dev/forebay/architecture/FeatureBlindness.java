package dev.forebay.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;

/** No class of one feature names a class of another. */
final class FeatureBlindness extends ArchCondition<JavaClass> {

  private final String root;

  private FeatureBlindness(String root) {
    super("not see another feature");
    this.root = root;
  }

  static FeatureBlindness below(String root) {
    return new FeatureBlindness(root);
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    Optional<String> own = Feature.of(root, type);
    if (own.isEmpty()) {
      return;
    }
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      Optional<String> other = Feature.of(root, dependency.getTargetClass());
      if (other.isPresent() && !other.equals(own)) {
        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
      }
    }
  }
}
