package dev.forebay.benchmarks;

import dev.forebay.embedded.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs suites, prints their tables, and keeps what a full run found; {@code benchmarks/run}. */
final class Benchmarks {

  /** Of Redis: four for each contestant. */
  private static final int DATABASES = 256;

  private final Options options;
  private final Path module;
  private final Path logs;

  private Benchmarks(Options options, Path module) {
    this.options = options;
    this.module = module;
    this.logs = module.resolve("target/logs");
  }

  public static void main(String[] args) throws IOException {
    Path module = Path.of(System.getProperty("forebay.benchmarks", "benchmarks"));
    if (args.length == 1 && args[0].equals("report")) {
      writePage(module);
      return;
    }
    if (List.of(args).contains("--help")) {
      say(Options.usage());
      return;
    }
    Options options;
    try {
      options = Options.of(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.usage());
      System.exit(2);
      return;
    }
    new Benchmarks(options, module).run();
  }

  private static void writePage(Path module) throws IOException {
    new Page(module.resolve("results"), module.resolve("../docs")).write();
  }

  private void run() throws IOException {
    Files.createDirectories(logs);
    for (Suite suite : options.suites()) {
      run(suite);
    }
    if (options.isWhole()) {
      writePage(module);
    }
  }

  private void run(Suite suite) throws IOException {
    long start = System.nanoTime();
    List<Case> cases = options.casesOf(suite).stream()
        .filter(played -> played.callers().canRunHere())
        .toList();
    List<Contestant> contestants = options.contestantsOf(suite);
    try (EmbeddedRedis redis = EmbeddedRedis.builder()
            .appendOnly(options.aof())
            .setting("databases", Integer.toString(DATABASES))
            .start();
        PostgresServer postgres =
            suite.needsPostgres() ? PostgresServer.start(options.aof()) : null;
        Servers servers = new Servers(redis.uri(), postgres)) {
      Environment environment =
          Environment.of(redis, RedisBenchmark.run(redis.port(), DATABASES - 1));
      say(
          "== %s: %d cases, %d contestants; Redis %s%s; JDK %s; %d processors, load %s; commit %s%n   redis-benchmark: %s"
              .formatted(
                  suite.name(),
                  cases.size(),
                  contestants.size(),
                  redis.version(),
                  options.aof() ? " with append-only file" : "",
                  Runtime.version(),
                  environment.processors(),
                  environment.load(),
                  environment.commit(),
                  environment.redisBenchmark()));
      Tournament tournament = new Tournament(
          contestants,
          options.schedule(),
          servers,
          contestant -> RemotePlayer.start(
              suite.name(), contestant.name(), logs.resolve(suite.name() + ".log")),
          Benchmarks::announce);
      List<CaseResult> results = tournament.play(cases);
      Map<String, String> configurations = new LinkedHashMap<>();
      contestants.forEach(each -> configurations.put(each.name(), each.configuration()));
      keep(new SuiteResult(
          suite.name(),
          suite.question(),
          options.quick(),
          options.aof(),
          options.schedule(),
          environment,
          configurations,
          results,
          null));
    }
    say("   %s took %d s".formatted(suite.name(), (System.nanoTime() - start) / 1_000_000_000));
  }

  private static void announce(CaseResult result) {
    say("\n%s: %s".formatted(result.name(), result.played().title()));
    System.out.print(Table.of(result).forConsole());
    result.scores().stream()
        .filter(score -> score.hasFigures() && score.failure() != null)
        .forEach(score -> say("  (!) %s: %s".formatted(score.contestant(), score.failure())));
    System.out.flush();
  }

  private void keep(SuiteResult result) throws IOException {
    Path folder = module.resolve(options.isWhole() ? "results" : "target/results");
    SuiteResult compared = result.after(result.fileIn(folder));
    say("\n   kept in %s".formatted(compared.writeTo(folder)));
    Repetition repetition = compared.repetition();
    if (repetition != null) {
      say("   %d of %d ratios as in the run before%s"
          .formatted(
              repetition.within(),
              repetition.compared(),
              repetition.apart().isEmpty() ? "" : ", but:"));
      repetition.apart().forEach(difference -> say("     " + difference));
    }
  }

  private static void say(String text) {
    System.out.println(text);
  }
}
