package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {

  private static JavaClasses mainClasses;

  @BeforeAll
  static void importMainClasses() {
    mainClasses = new ClassFileImporter()
        .importPaths(House.ofThisBuild().modules().stream()
            .map(MavenModule::classes)
            .filter(Files::isDirectory)
            .toList());
  }

  static Map<String, ArchRule> rules(String root) {
    Map<String, ArchRule> rules = new LinkedHashMap<>(new ModuleRules(root).byName());
    rules.putAll(CodeRules.byName());
    return rules;
  }

  @TestFactory
  Stream<DynamicTest> main_classes_keep_the_rule() {
    return rules("dev.forebay").entrySet().stream()
        .map(rule ->
            DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(mainClasses)));
  }

  @Test
  void there_are_main_classes_to_judge() {
    assertThat(mainClasses)
        .as("compiled main classes: run `mvn verify` at the root")
        .isNotEmpty();
  }

  @Test
  void every_main_class_lives_below_the_root_package() {
    assertThat(mainClasses)
        .as("classes outside of dev.forebay, which the rules would not see")
        .allMatch(type -> type.getPackageName().equals("dev.forebay")
            || type.getPackageName().startsWith("dev.forebay."));
  }
}
