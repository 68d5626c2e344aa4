package dev.forebay.architecture;

import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares the table of features with the tests as they are written and as they ran. */
final class FeaturesAudit {

  private static final String RUN_ALL = "run `mvn verify` at the root of the repository";

  private final House house;
  private final List<FeatureRow> rows;
  private final TestSources sources;
  private final List<TestRun> runs;
  private final Instant buildStarted;

  FeaturesAudit(House house, List<FeatureRow> rows, Instant buildStarted) {
    this.house = house;
    this.rows = rows;
    this.sources = TestSources.of(house);
    this.runs = SurefireReports.of(house);
    this.buildStarted = buildStarted;
  }

  List<String> violations() {
    List<String> violations = new ArrayList<>();
    checkIds(violations);
    checkTags(violations);
    for (FeatureRow row : rows) {
      checkRow(row, violations);
    }
    return List.copyOf(violations);
  }

  private void checkIds(List<String> violations) {
    Set<String> seen = new LinkedHashSet<>();
    for (FeatureRow row : rows) {
      if (!seen.add(row.id())) {
        violations.add("Row " + row.id() + " is there twice: keep one");
      }
      if (!FeatureIds.ALL.contains(row.id())) {
        violations.add("Row " + row.id() + " is unknown: correct its id, or add it to FeatureIds");
      }
    }
    for (String id : FeatureIds.ALL) {
      if (!seen.contains(id)) {
        violations.add("Row " + id + " is missing: add it to docs/features.md");
      }
    }
  }

  private void checkTags(List<String> violations) {
    for (TestType type : sources.types()) {
      Set<String> tags = new TreeSet<>(type.tags());
      type.methods().values().forEach(tags::addAll);
      for (String tag : tags) {
        if (FeatureIds.looksLikeOne(tag) && !FeatureIds.ALL.contains(tag)) {
          violations.add(type.name() + " in " + type.module() + " has @Tag(\"" + tag
              + "\"), which is no row of docs/features.md: correct the tag");
        }
      }
    }
  }

  private void checkRow(FeatureRow row, List<String> violations) {
    String name = "Row " + row.id() + ": ";
    if (row.capability().isEmpty()) {
      violations.add(name + "says no capability: describe it in a few words");
    }
    if (!row.isDone()) {
      if (!row.status().equals("open")) {
        violations.add(name + "status is '" + row.status() + "': write done or open");
      }
      return;
    }
    if (row.module().isEmpty() || !Files.isDirectory(house.root().resolve(row.module()))) {
      violations.add(name + "module '" + row.module()
          + "' is no folder of the repository: name the one that carries it");
    }
    if (row.tests().isEmpty()) {
      violations.add(name + "is done but names no test: write Class#method of a test with @Tag(\""
          + row.id() + "\"), or open the row");
    }
    for (String test : row.tests()) {
      checkTest(row, test).forEach(fact -> violations.add(name + "test " + test + " " + fact));
    }
  }

  private List<String> checkTest(FeatureRow row, String test) {
    String[] parts = test.split("#", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      return List.of("is not written as Class#method");
    }
    String method = parts[1].replaceFirst("\\(.*", "");
    List<TestType> owners = owners(row, parts[0], method);
    if (owners.isEmpty()) {
      return List.of("is in no test source: correct the name, or open the row");
    }
    if (owners.size() > 1) {
      return List.of("may be any of " + owners.stream().map(TestType::name).toList()
          + ": write the package, too");
    }
    TestType owner = owners.get(0);
    if (!sources.isTagged(owner, method, row.id())) {
      return List.of("does not carry the row's id: add @Tag(\"" + row.id()
          + "\") to the method or its class " + owner.name());
    }
    return checkRuns(owner, method);
  }

  /** The candidates in the row's own module, or else in any. */
  private List<TestType> owners(FeatureRow row, String type, String method) {
    List<TestType> all = sources.types().stream()
        .filter(candidate -> candidate.isCalled(type) && sources.hasMethod(candidate, method))
        .toList();
    List<TestType> near = all.stream()
        .filter(candidate -> candidate.module().equals(row.module()))
        .toList();
    return near.isEmpty() ? all : near;
  }

  private List<String> checkRuns(TestType owner, String method) {
    List<TestType> family = sources.family(owner);
    List<TestRun> found = runs.stream()
        .filter(run -> run.method().equals(TestRun.method(method)))
        .filter(run -> family.stream()
            .anyMatch(type -> type.module().equals(run.module()) && type.name().equals(run.type())))
        .toList();
    if (found.isEmpty()) {
      return List.of(
          "did not run (no report in " + owner.module() + "/target/surefire-reports names it): "
              + RUN_ALL + "; if you did, it is disabled, filtered out, or no test");
    }
    Set<String> facts = new LinkedHashSet<>();
    boolean runsItself = found.stream().anyMatch(run -> run.type().equals(owner.name()));
    for (TestRun run : found) {
      if (runsItself && run.skipped() && !run.type().equals(owner.name())) {
        continue; // another topology, say, where it would show nothing more
      }
      if (run.written().isBefore(buildStarted)) {
        facts.add("did not run in this build (" + house.relative(run.report()) + " was written at "
            + run.written() + ", the build started at " + buildStarted + "): " + RUN_ALL);
      } else if (!run.passed()) {
        facts.add("did not pass (" + run.outcome() + " in " + house.relative(run.report())
            + "): mend it, or open the row");
      }
    }
    return List.copyOf(facts);
  }
}
