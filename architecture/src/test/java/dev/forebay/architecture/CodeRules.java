package dev.forebay.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What no main class may do or be called. */
final class CodeRules {

  private static final List<String> EMPTY_WORDS =
      List.of("Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Impl");

  private static final DescribedPredicate<JavaClass> DECLARES_SERIALIZABLE =
      DescribedPredicate.describe(
          "declare `implements Serializable` themselves",
          type -> type.getRawInterfaces().stream()
              .anyMatch(parent -> parent.isEquivalentTo(Serializable.class)
                  || parent.isEquivalentTo(Externalizable.class)));

  private static final DescribedPredicate<JavaAccess<?>> SLEEP = DescribedPredicate.describe(
      "it is Thread.sleep or TimeUnit.sleep",
      access -> name("sleep").test(access.getTarget())
          && owner(assignableTo(Thread.class).or(assignableTo(TimeUnit.class)))
              .test(access.getTarget()));

  private CodeRules() {}

  static Map<String, ArchRule> byName() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("no method is synchronized", noMethodIsSynchronized());
    rules.put("nobody reads or writes object streams", nobodyUsesObjectStreams());
    rules.put("nobody declares Serializable", nobodyDeclaresSerializable());
    rules.put("class names say something", classNamesSaySomething());
    rules.put("package names say something", packageNamesSaySomething());
    rules.put("nobody sleeps", nobodySleeps());
    return rules;
  }

  private static ArchRule noMethodIsSynchronized() {
    return noMethods()
        .should()
        .haveModifier(JavaModifier.SYNCHRONIZED)
        .because("a monitor pins a virtual thread before Java 24: use a ReentrantLock")
        .allowEmptyShould(true);
  }

  private static ArchRule nobodyUsesObjectStreams() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            assignableTo(ObjectInputStream.class).or(assignableTo(ObjectOutputStream.class)))
        .because("Java serialization runs code that the bytes choose: write the wire format or"
            + " JSON of redis")
        .allowEmptyShould(true);
  }

  private static ArchRule nobodyDeclaresSerializable() {
    return noClasses()
        .should(ArchCondition.from(DECLARES_SERIALIZABLE))
        .because("nothing here is stored by Java serialization: drop the interface (what enums"
            + " and exceptions inherit is fine)")
        .allowEmptyShould(true);
  }

  private static ArchRule classNamesSaySomething() {
    return classes()
        .should(new NotEndWith(EMPTY_WORDS))
        .because("such a name says only that there is code: name the distinction (RedisJobQueue,"
            + " JobRescuer)")
        .allowEmptyShould(true);
  }

  private static ArchRule packageNamesSaySomething() {
    return noClasses()
        .should()
        .resideInAnyPackage("..impl..", "..util..", "..utils..", "..common..")
        .because("a module is one flat package: put the class beside its caller, package-private")
        .allowEmptyShould(true);
  }

  private static ArchRule nobodySleeps() {
    return noClasses()
        .should()
        .accessTargetWhere(SLEEP)
        .because("a sleeping thread can be neither stepped by a test clock nor woken at shutdown:"
            + " await a condition with a deadline, or schedule")
        .allowEmptyShould(true);
  }
}
