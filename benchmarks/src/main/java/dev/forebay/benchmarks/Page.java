package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes {@code docs/benchmarks.md} and its plots from the results that are kept in JSON. */
final class Page {

  private static final String HEAD = """
      # Benchmarks

      *Written by `benchmarks/run` from `benchmarks/results/*.json`: change nothing here by hand.*

      Each contestant runs in a JVM of its own, on the same Redis server and the same data, in turns
      (A B C, A B C); all of it is played in one leg or more, as each suite says, each with new JVMs,
      as one JVM may compile a case better than the next. Figures are medians of the turns. **To floor**:
      throughput as a share of the first floor's (the bare driver or library). **Ours to it**: how
      many times as fast ours is as that contestant, the median of the ratios turn by turn, with
      their quartiles; `≈` marks a difference under 20 %, which such machines cannot tell from none.
      A floor that others are compared with has several JVMs, which play one after another and
      count together. CPU is µs for an operation, of the contestant's whole JVM and of Redis apart.
      Of a batch of 100, ops/s, CPU, allocation and commands are for each of the 100; latencies are
      the batch's. Where no contestant is called forebay, Forebay has nothing of the kind yet: the
      suite shows what it will be measured against.

      """;

  private static final String BUSY = """
      **The machine was busy with other work**: throughput and high percentiles say little here, the
      ratios some, counts and CPU most. Run it again on one that is idle.

      """;

  private final Path results;
  private final Path docs;

  /**
   * @param results folder of the JSON
   * @param docs folder of the page
   */
  Page(Path results, Path docs) {
    this.results = results;
    this.docs = docs;
  }

  void write() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    Path plots = docs.resolve("benchmarks");
    Files.createDirectories(plots);
    for (SuiteResult result : read()) {
      page.append(section(result, plots));
    }
    Files.writeString(docs.resolve("benchmarks.md"), page, UTF_8);
  }

  private List<SuiteResult> read() throws IOException {
    List<SuiteResult> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(results)) {
      for (Path file :
          files.filter(name -> name.toString().endsWith(".json")).sorted().toList()) {
        all.add(SuiteResult.readFrom(file));
      }
    }
    return all;
  }

  private static String section(SuiteResult result, Path plots) throws IOException {
    Environment where = result.environment();
    StringBuilder text = new StringBuilder();
    text.append("## ").append(result.suite());
    text.append(result.aof() ? ", with an append-only file\n\n" : "\n\n");
    text.append(result.question()).append("\n\n");
    text.append("""
        %s, %d processors, %s; JDK %s; Redis %s; commit %s; %s; load before %s; redis-benchmark: %s. \
        Legs with new JVMs: %d; warm-up %s s, %s; JVMs of a floor: %d.

        """.formatted(
            where.processor(),
            where.processors(),
            where.system(),
            where.java(),
            where.redis(),
            where.commit(),
            where.at(),
            where.load(),
            where.redisBenchmark(),
            result.schedule().legs(),
            Table.number(result.schedule().firstWarmUp()),
            turns(result),
            result.schedule().floorJvms()));
    if (Double.parseDouble(where.load()) > where.processors()) {
      text.append(BUSY);
    }
    if (result.repetition() != null) {
      text.append(said(result.repetition()));
    }
    for (CaseResult played : result.cases()) {
      String plot = result.suite() + (result.aof() ? "-aof-" : "-") + played.slug() + ".svg";
      Files.writeString(plots.resolve(plot), plot(played), UTF_8);
      text.append("### ").append(played.name()).append("\n\n");
      text.append(played.played().title()).append(".\n\n");
      text.append("![")
          .append(played.name())
          .append("](benchmarks/")
          .append(plot)
          .append(")\n\n");
      text.append(Table.of(played).forMarkdown()).append('\n');
    }
    text.append("How each is set up:\n\n");
    for (Map.Entry<String, String> each : result.configurations().entrySet()) {
      text.append("- **").append(each.getKey()).append("**: ").append(each.getValue());
      text.append('\n');
    }
    return text.append('\n').toString();
  }

  private static String turns(SuiteResult result) {
    Schedule schedule = result.schedule();
    return result.cases().stream()
        .map(CaseResult::played)
        .map(played -> schedule.of(played).toString())
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  private static String said(Repetition repetition) {
    StringBuilder text = new StringBuilder("""
        Beside the run before (commit %s, %s), %d of %d ratios to the floor are the same but for a tie\
        """.formatted(
            repetition.commit(), repetition.at(), repetition.within(), repetition.compared()));
    text.append(repetition.apart().isEmpty() ? ".\n" : ". The others, then and now:\n\n");
    repetition.apart().forEach(each -> text.append("- ").append(each).append('\n'));
    return text.append('\n').toString();
  }

  private static String plot(CaseResult result) {
    boolean lockstep = result.played().pace() == Pace.LOCKSTEP;
    List<BarChart.Bar> bars = result.scores().stream()
        .filter(Score::hasFigures)
        .map(score -> lockstep
            ? new BarChart.Bar(
                score.contestant(),
                score.role(),
                score.slowestMicros() / 1e3,
                score.slowestMicros() / 1e3,
                score.slowestMicros() / 1e3)
            : new BarChart.Bar(
                score.contestant(),
                score.role(),
                score.perSecond(),
                score.turnsAt(0.25),
                score.turnsAt(0.75)))
        .toList();
    return BarChart.svg(
        result.name() + (lockstep ? ": slowest caller, ms" : ": operations a second"), bars);
  }
}
