package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a run of a suite found, as it is kept in JSON.
 *
 * @param configurations how each contestant was set up, by its name
 * @param repetition how the run that was kept before compares; null if there was none
 */
record SuiteResult(
    String suite,
    String question,
    boolean quick,
    boolean aof,
    Schedule schedule,
    Environment environment,
    Map<String, String> configurations,
    List<CaseResult> cases,
    @Nullable Repetition repetition) {

  // Results that were kept before a figure was added stay readable: it is 0 in them.
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .build();

  static SuiteResult readFrom(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), SuiteResult.class);
  }

  /** Returns this with what it says of the result that was kept before, if there is one. */
  SuiteResult after(Path kept) throws IOException {
    return Files.exists(kept) ? with(Repetition.of(readFrom(kept), this)) : this;
  }

  private SuiteResult with(Repetition compared) {
    return new SuiteResult(
        suite, question, quick, aof, schedule, environment, configurations, cases, compared);
  }

  /** Returns its file, which is named after the suite. */
  Path fileIn(Path folder) {
    return folder.resolve(suite + (aof ? "-aof" : "") + ".json");
  }

  /** Writes its file, and returns it. */
  Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = fileIn(folder);
    return Files.writeString(file, JSON.writeValueAsString(this) + "\n", UTF_8);
  }
}
