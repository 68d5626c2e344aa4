package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a run of a suite found, as it is kept in JSON.
 *
 * @param configurations how each contestant was set up, by its name
 */
record SuiteResult(
    String suite,
    String question,
    boolean quick,
    boolean aof,
    Schedule schedule,
    Environment environment,
    Map<String, String> configurations,
    List<CaseResult> cases) {

  // Results that were kept before a figure was added stay readable: it is 0 in them.
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .build();

  static SuiteResult readFrom(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), SuiteResult.class);
  }

  /** Writes a file named after the suite, and returns it. */
  Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(suite + (aof ? "-aof" : "") + ".json");
    return Files.writeString(file, JSON.writeValueAsString(this) + "\n", UTF_8);
  }
}
