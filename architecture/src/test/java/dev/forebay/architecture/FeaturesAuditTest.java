package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The audit of docs/features.md on a small repository, whose one done row is sound until a test
 * breaks something.
 */
class FeaturesAuditTest {

  private static final Instant BUILD_STARTED = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ROW = "| C1 | batches | done | cache | `BatchTest#stores_all` |";

  private static final String TEST = """
      package dev.forebay.cache;
      class BatchTest {
        @Test @Tag("C1") void stores_all() {}
        @Tags({@Tag("C2"), @Tag("slow")}) @Test void loads() {}
        @Tag("S1") @Nested class Expiry { @Test void slides() {} }
        void untagged() {} // @Tag("C9")
      }
      """;

  @TempDir
  Path root;

  private final Map<String, String> table = new LinkedHashMap<>();

  @BeforeEach
  void a_repository_with_one_sound_done_row() throws IOException {
    FeatureIds.ALL.forEach(id -> table.put(id, "| " + id + " | words | open | limits | – |"));
    table.put("C1", ROW);
    file("cache/pom.xml", "<project/>");
    file("cache/src/test/java/dev/forebay/cache/BatchTest.java", TEST);
    report("cache", "dev.forebay.cache.BatchTest", "stores_all", "");
  }

  @Test
  void a_sound_row_is_not_reported() {
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_missing_row_is_reported() {
    table.remove("RL8");
    assertReported("Row RL8 is missing: add it");
  }

  @Test
  void an_unknown_row_is_reported() {
    table.put("C18", "| C18 | words | open | cache | – |");
    assertReported("Row C18 is unknown");
  }

  @Test
  void a_row_that_is_there_twice_is_reported() {
    table.put("again", "| F1 | words | open | redis | – |");
    assertReported("Row F1 is there twice");
  }

  @Test
  void another_status_than_done_or_open_is_reported() {
    table.put("F1", "| F1 | words | soon | redis | – |");
    assertReported("Row F1: status is 'soon': write done or open");
  }

  @Test
  void a_row_without_a_capability_is_reported() {
    table.put("F1", "| F1 | | open | redis | – |");
    assertReported("Row F1: says no capability");
  }

  @Test
  void a_row_with_a_cell_too_few_is_refused() {
    table.put("F1", "| F1 | words | open | redis |");
    assertThatThrownBy(this::violations)
        .hasMessageContaining("[F1, words, open, redis] has 4 cells, not 5");
  }

  @Test
  void a_table_with_other_columns_is_refused() {
    assertThatThrownBy(() -> FeatureRow.parse("| id | what |"))
        .hasMessageContaining("must start with | id |");
  }

  @Test
  void a_done_row_without_a_test_is_reported() {
    table.put("C1", "| C1 | batches | done | cache | – |");
    assertReported("Row C1: is done but names no test");
  }

  @Test
  void a_done_row_of_a_module_that_does_not_exist_is_reported() {
    table.put("C1", ROW.replace("| cache |", "| cash |"));
    assertReported("Row C1: module 'cash' is no folder of the repository");
  }

  @Test
  void a_test_that_is_not_in_the_sources_is_reported() {
    table.put("C1", ROW.replace("stores_all", "stores_nothing"));
    assertReported("Row C1: test BatchTest#stores_nothing is in no test source");
  }

  @Test
  void a_test_that_is_not_written_as_class_and_method_is_reported() {
    table.put("C1", ROW.replace("#", "."));
    assertReported("test BatchTest.stores_all is not written as Class#method");
  }

  @Test
  void a_test_with_the_tag_of_another_row_is_reported() {
    table.put("C9", "| C9 | words | done | cache | BatchTest#untagged |");
    assertReported("test BatchTest#untagged does not carry the row's id: add @Tag(\"C9\")");
  }

  @Test
  void a_test_tagged_with_an_unknown_id_is_reported() throws IOException {
    file(
        "cache/src/test/java/dev/forebay/cache/OtherTest.java", "@Tag(\"C99\") class OtherTest {}");
    assertReported("OtherTest in cache has @Tag(\"C99\"), which is no row");
  }

  @Test
  void a_test_that_did_not_run_is_reported() throws IOException {
    Files.delete(
        root.resolve("cache/target/surefire-reports/TEST-dev.forebay.cache.BatchTest.xml"));
    assertReported(
        "test BatchTest#stores_all did not run (no report in cache/target/surefire-reports",
        "mvn verify");
  }

  @Test
  void a_report_of_an_earlier_build_is_reported() throws IOException {
    Path report =
        root.resolve("cache/target/surefire-reports/TEST-dev.forebay.cache.BatchTest.xml");
    Files.setLastModifiedTime(report, FileTime.from(BUILD_STARTED.minusSeconds(1)));
    assertReported(
        "test BatchTest#stores_all did not run in this build", "12:00:00Z", "mvn verify");
  }

  @ParameterizedTest
  @ValueSource(strings = {"skipped", "failure", "error"})
  void a_test_that_did_not_pass_is_reported(String outcome) throws IOException {
    report(
        "cache", "dev.forebay.cache.BatchTest", "stores_all", "<" + outcome + " message=\"no\"/>");
    assertReported("test BatchTest#stores_all did not pass (" + outcome + " in cache/target/");
  }

  @Test
  void one_failed_invocation_of_a_parameterized_test_is_reported() throws IOException {
    report(
        "cache",
        "dev.forebay.cache.BatchTest",
        "stores_all(String)[1]",
        "",
        "stores_all(String)[2]",
        "<failure/>");
    assertReported("test BatchTest#stores_all did not pass (failure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stores_all",
        "stores_all(String)[1]",
        "stores_all()[2]",
        "stores_all{int}[1]",
        "stores all",
        "stores_all:1"
      })
  void the_ways_in_which_reports_name_a_method_are_understood(String name) throws IOException {
    report("cache", "dev.forebay.cache.BatchTest", name, "");
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_test_that_passed_when_run_again_counts() throws IOException {
    report("cache", "dev.forebay.cache.BatchTest", "stores_all", "<flakyFailure/>");
    assertThat(violations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Expiry#slides",
        "BatchTest.Expiry#slides",
        "BatchTest$Expiry#slides",
        "dev.forebay.cache.BatchTest$Expiry#slides"
      })
  void a_nested_test_tagged_on_its_class_is_found(String name) throws IOException {
    table.put("S1", "| S1 | words | done | cache | " + name + " |");
    report("cache", "dev.forebay.cache.BatchTest$Expiry", "slides", "");
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_row_may_name_tests_of_other_modules_and_tags_in_a_container() throws IOException {
    file("examples/marketplace/pom.xml", "<project/>");
    file(
        "examples/marketplace/src/test/java/dev/forebay/marketplace/ShopTest.java",
        "package dev.forebay.marketplace; class ShopTest { @Tag(value = \"C2\") @Test void"
            + " sells() {} }");
    report("examples/marketplace", "dev.forebay.marketplace.ShopTest", "sells", "");
    report("cache", "dev.forebay.cache.BatchTest", "stores_all", "", "loads", "");
    table.put("C2", "| C2 | words | done | cache | `BatchTest#loads`<br>`ShopTest#sells` |");
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_test_of_an_abstract_class_must_pass_in_each_class_below() throws IOException {
    file(
        "cache/src/test/java/dev/forebay/cache/Contract.java",
        "package dev.forebay.cache; abstract class Contract<T> { @Test @Tag(\"C5\") void"
            + " writes() {} }");
    file(
        "cache/src/test/java/dev/forebay/cache/ClusterTest.java",
        "package dev.forebay.cache; class ClusterTest extends Contract<String> {}");
    table.put("C5", "| C5 | words | done | cache | Contract#writes, ClusterTest#writes |");
    assertReported("test Contract#writes did not run", "mvn verify");

    report("cache", "dev.forebay.cache.ClusterTest", "writes", "");
    assertThat(violations()).isEmpty();

    report("cache", "dev.forebay.cache.ClusterTest", "writes", "<error/>");
    assertReported("test Contract#writes did not pass (error");
  }

  @Test
  void a_test_of_a_class_that_runs_may_be_skipped_but_not_fail_in_those_below() throws IOException {
    file(
        "cache/src/test/java/dev/forebay/cache/BatchOnClusterTest.java",
        "package dev.forebay.cache; class BatchOnClusterTest extends BatchTest {}");
    report("cache", "dev.forebay.cache.BatchOnClusterTest", "stores_all", "<skipped/>");
    assertThat(violations()).isEmpty();

    report("cache", "dev.forebay.cache.BatchOnClusterTest", "stores_all", "<error/>");
    assertReported("test BatchTest#stores_all did not pass (error");

    report("cache", "dev.forebay.cache.BatchOnClusterTest", "stores_all", "<skipped/>");
    report("cache", "dev.forebay.cache.BatchTest", "stores_all", "<skipped/>");
    assertReported("test BatchTest#stores_all did not pass (skipped");
  }

  @Test
  void a_name_that_fits_two_tests_of_other_modules_is_reported() throws IOException {
    for (String module : List.of("jobs", "limits")) {
      file(module + "/pom.xml", "<project/>");
      file(
          module + "/src/test/java/dev/forebay/" + module + "/SameTest.java",
          "package dev.forebay." + module
              + "; class SameTest { @Test @Tag(\"C1\") void same() {} }");
    }
    table.put("C1", ROW.replace("BatchTest#stores_all", "SameTest#same"));
    assertReported("may be any of [dev.forebay.jobs.SameTest, dev.forebay.limits.SameTest]");
  }

  @Test
  void a_half_written_report_is_an_error_except_in_this_module_which_is_still_running()
      throws IOException {
    file("architecture/pom.xml", "<project/>");
    file("architecture/target/surefire-reports/TEST-Half.xml", "<testsuite><testcase");
    assertThat(violations()).isEmpty();

    file("cache/target/surefire-reports/TEST-Half.xml", "<testsuite><testcase");
    assertThatThrownBy(this::violations).hasMessageContaining("is not whole XML: run `mvn clean");
  }

  private void assertReported(String... facts) {
    assertThat(violations()).anySatisfy(violation -> assertThat(violation).contains(facts));
  }

  private List<String> violations() {
    String markdown =
        "# Title\n\n| id | capability | status | module | test |\n|---|:--|---|---|---|\n"
            + table.values().stream().collect(Collectors.joining("\n"));
    return new FeaturesAudit(House.at(root), FeatureRow.parse(markdown), BUILD_STARTED)
        .violations();
  }

  /** Writes a report with pairs of a test case's name and what is inside it. */
  private void report(String module, String type, String... cases) throws IOException {
    StringBuilder xml = new StringBuilder("<testsuite>");
    for (int i = 0; i < cases.length; i += 2) {
      xml.append("<testcase name=\"%s\" classname=\"%s\">%s</testcase>"
          .formatted(cases[i], type, cases[i + 1]));
    }
    file(
        module + "/target/surefire-reports/TEST-" + type + ".xml",
        xml.append("</testsuite>").toString());
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(BUILD_STARTED));
  }
}
