package dev.forebay.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A public type shows the hidden classes nowhere a caller or a subclass can see: not in its
 * supertypes, type parameters, nor in the types (with their arguments) of public and protected
 * fields, methods and constructors.
 */
final class NotShow extends ArchCondition<JavaClass> {

  private final DescribedPredicate<? super JavaClass> hidden;

  NotShow(DescribedPredicate<? super JavaClass> hidden) {
    super("not show in a public signature classes that " + hidden.getDescription());
    this.hidden = hidden;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    if (!isReachable(type)) {
      return;
    }
    List<JavaType> heading = new ArrayList<>(type.getInterfaces());
    type.getSuperclass().ifPresent(heading::add);
    type.getTypeParameters().forEach(parameter -> heading.addAll(parameter.getUpperBounds()));
    report(type, "the heading of " + type.getName(), heading, events);
    for (JavaMember member : type.getMembers()) {
      if (isReachable(member)) {
        report(type, member.getDescription(), typesOf(member), events);
      }
    }
  }

  private void report(JavaClass type, String where, List<JavaType> shown, ConditionEvents events) {
    shown.stream()
        .flatMap(NotShow::involved)
        .filter(hidden)
        .distinct()
        .forEach(culprit -> events.add(SimpleConditionEvent.violated(
            type, where + " shows " + culprit.getName() + " in " + type.getSourceCodeLocation())));
  }

  private static List<JavaType> typesOf(JavaMember member) {
    List<JavaType> types = new ArrayList<>();
    if (member instanceof JavaField field) {
      types.add(field.getType());
    } else if (member instanceof JavaCodeUnit unit) {
      types.add(unit.getReturnType());
      types.addAll(unit.getParameterTypes());
      types.addAll(unit.getExceptionTypes());
      for (JavaTypeVariable<?> parameter : unit.getTypeParameters()) {
        types.addAll(parameter.getUpperBounds());
      }
    }
    return types;
  }

  private static Stream<JavaClass> involved(JavaType type) {
    return type.getAllInvolvedRawTypes().stream().map(JavaClass::getBaseComponentType);
  }

  private static boolean isReachable(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean isReachable(JavaClass type) {
    boolean reachable = type.getModifiers().contains(JavaModifier.PUBLIC)
        || type.getModifiers().contains(JavaModifier.PROTECTED);
    return reachable && type.getEnclosingClass().map(NotShow::isReachable).orElse(true);
  }
}
