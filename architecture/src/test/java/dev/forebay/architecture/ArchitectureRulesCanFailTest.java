package dev.forebay.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule finds its culprit in the broken fixture house and nothing in the sound one. */
class ArchitectureRulesCanFailTest {

  private static final String FIXTURES = "dev.forebay.architecture.fixture.";
  private static final JavaClasses BROKEN =
      new ClassFileImporter().importPackages(FIXTURES + "broken");
  private static final JavaClasses SOUND =
      new ClassFileImporter().importPackages(FIXTURES + "sound");

  private static final Map<String, Set<String>> CULPRITS = Map.ofEntries(
      entry("packages form no cycle", Set.of("Slice ", "JobOfCache", "CacheOfJobs")),
      entry("modules form no cycle", Set.of("Slice the facade", "Slice cache")),
      entry("features are blind to each other", Set.of("JobOfCache", "CacheOfJobs")),
      entry("embedded stands alone", Set.of("EmbeddedThatKnowsRedis")),
      entry("testing stands on embedded only", Set.of("TestKitThatKnowsRedis")),
      entry("http stands alone", Set.of("HttpThatKnowsRedis")),
      entry("Lettuce stays in redis", Set.of("LettuceJob")),
      entry("redis does not show Lettuce", Set.of("ShowsLettuce$Settings.uris()")),
      entry("nobody sees benchmarks", Set.of("CacheThatMeasures")),
      entry("users do not call the spi", Set.of("ShopOnSpi")),
      entry("features do not show the spi", Set.of("JobOfCache.pipes()", "Facade.pipe")),
      entry("Micrometer stays in its module", Set.of("MeteredLimit")),
      entry("Spring stays in its modules", Set.of("SpringSession")),
      entry("Servlet stays in its modules", Set.of("LimitOfServlets")),
      entry("no method is synchronized", Set.of("SynchronizedCache.hit()")),
      entry("nobody reads or writes object streams", Set.of("StreamedCache")),
      entry("nobody declares Serializable", Set.of("SerializableEntry")),
      entry("class names say something", Set.of("CacheManager")),
      entry("package names say something", Set.of("Misplaced")),
      entry("nobody sleeps", Set.of("SleepingWorker.rest()")));

  static Stream<String> rules() {
    return ArchitectureTest.rules("any").keySet().stream();
  }

  @Test
  void every_rule_has_a_culprit_in_the_fixtures() {
    assertThat(rules()).containsExactlyInAnyOrderElementsOf(CULPRITS.keySet());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_broken_house_is_reported_with_its_culprit_and_the_cure(String rule) {
    EvaluationResult result = rule(rule, "broken").evaluate(BROKEN);
    assertThat(result.hasViolation()).isTrue();
    String report = result.getFailureReport().toString();
    assertThat(report).contains("because");
    assertThat(report).contains(CULPRITS.get(rule));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_sound_house_is_not_reported(String rule) {
    assertThat(rule(rule, "sound").evaluate(SOUND).getFailureReport().getDetails())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_rule_about_modules_that_do_not_exist_yet_holds(String rule) {
    assertThat(rule(rule, "nowhere")
            .evaluate(new ClassFileImporter().importClasses())
            .hasViolation())
        .isFalse();
  }

  private static ArchRule rule(String name, String house) {
    return ArchitectureTest.rules(FIXTURES + house).get(name);
  }
}
