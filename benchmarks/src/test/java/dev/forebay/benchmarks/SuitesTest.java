package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every suite in its smallest form, within this JVM: that it works and counts, not how fast. */
class SuitesTest {

  private static final Schedule SMOKE = Schedule.of(0, 0.02, 0.05, 2);

  private static EmbeddedRedis redis;
  private static @Nullable PostgresServer postgres;
  private static Servers servers;

  @BeforeAll
  static void start() throws Exception {
    redis = EmbeddedRedis.builder().setting("databases", "256").start();
    if (Suites.all().stream().anyMatch(Suite::needsPostgres)) {
      postgres = PostgresServer.start(false);
    }
    servers = new Servers(redis.uri(), postgres);
  }

  @AfterAll
  static void end() {
    servers.close();
    if (postgres != null) {
      postgres.close();
    }
    redis.close();
  }

  @TestFactory
  Stream<DynamicTest> every_contestant_of_a_suite_plays_its_quick_cases_without_a_failure() {
    return Suites.all().stream()
        .map(suite -> DynamicTest.dynamicTest(suite.name(), () -> playsWithoutFailure(suite)));
  }

  private static void playsWithoutFailure(Suite suite) {
    List<Case> cases = suite.quickCases().stream()
        .filter(played -> played.callers().canRunHere())
        .toList();
    List<CaseResult> results = new Tournament(
            suite.contestants(), SMOKE, servers, LocalPlayer::new, result -> {})
        .play(cases);
    assertThat(results).hasSameSizeAs(cases);
    for (CaseResult result : results) {
      List<Score> played =
          result.scores().stream().filter(score -> !wasSkipped(score)).toList();
      assertThat(played).as(result.name()).isNotEmpty().allSatisfy(score -> {
        assertThat(score.failure()).as(score.contestant()).isNull();
        assertThat(score.perSecond()).as(score.contestant()).isPositive();
        assertThat(score.p999Micros()).as(score.contestant()).isPositive();
      });
      assertThat(Table.of(result).forConsole()).contains(result.scores().get(0).contestant());
    }
  }

  // What needs Node.js is tested where it is there: NodeActTest.
  private static boolean wasSkipped(Score score) {
    return score.failure() != null && score.failure().startsWith(SkippedException.PREFIX);
  }

  @Test
  void every_contestant_has_a_case_in_the_full_run_and_a_name_of_its_own() {
    for (Suite suite : Suites.all()) {
      assertThat(suite.contestants())
          .allMatch(contestant -> suite.cases().stream().anyMatch(contestant::plays))
          .extracting(Contestant::name)
          .doesNotHaveDuplicates();
      assertThat(suite.cases()).extracting(Case::slug).doesNotHaveDuplicates();
    }
  }
}
