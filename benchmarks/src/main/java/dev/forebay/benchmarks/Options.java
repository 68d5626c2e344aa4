package dev.forebay.benchmarks;

import java.util.List;

/**
 * What {@code benchmarks/run} was asked.
 *
 * @param suites by name
 * @param only a part of a case's name, or empty for all
 * @param among a part of a contestant's name, or empty for all
 */
record Options(List<Suite> suites, boolean quick, boolean aof, String only, String among) {

  static final String USAGE = """
      benchmarks/run SUITE|all|report [--quick] [--aof] [--case=PART] [--contestant=PART]
        SUITE             one of %s
        report            writes docs/benchmarks.md again from benchmarks/results
        --quick           few cases, short turns: shows that all works, not how fast it is
        --aof             Redis keeps an append-only file, flushed each second
        --case=PART       only cases whose name contains PART; keeps no results
        --contestant=PART only contestants whose name contains PART; keeps no results
      """;

  static Options of(String... args) {
    List<Suite> suites = List.of();
    boolean quick = false;
    boolean aof = false;
    String only = "";
    String among = "";
    for (String arg : args) {
      if (arg.equals("--quick")) {
        quick = true;
      } else if (arg.equals("--aof")) {
        aof = true;
      } else if (arg.startsWith("--case=")) {
        only = arg.substring("--case=".length());
      } else if (arg.startsWith("--contestant=")) {
        among = arg.substring("--contestant=".length());
      } else if (arg.startsWith("-") || !suites.isEmpty()) {
        throw new IllegalArgumentException("Unknown argument '" + arg + "'");
      } else {
        suites = arg.equals("all") ? Suites.all() : List.of(Suites.named(arg));
      }
    }
    if (suites.isEmpty()) {
      throw new IllegalArgumentException("Name a suite");
    }
    Options options = new Options(suites, quick, aof, only, among);
    if (suites.stream().allMatch(suite -> options.casesOf(suite).isEmpty())) {
      throw new IllegalArgumentException("No case's name contains '" + only + "'");
    }
    if (suites.stream().allMatch(suite -> options.contestantsOf(suite).isEmpty())) {
      throw new IllegalArgumentException("No contestant's name contains '" + among + "'");
    }
    return options;
  }

  static String usage() {
    return USAGE.formatted(Suites.all().stream().map(Suite::name).toList());
  }

  List<Case> casesOf(Suite suite) {
    return (quick ? suite.quickCases() : suite.cases())
        .stream().filter(played -> played.name().contains(only)).toList();
  }

  List<Contestant> contestantsOf(Suite suite) {
    return suite.contestants().stream()
        .filter(contestant -> contestant.name().contains(among))
        .toList();
  }

  Schedule schedule() {
    return quick ? Schedule.QUICK : Schedule.FULL;
  }

  /** Whether the results stand for the suite, so that its page is made of them. */
  boolean isWhole() {
    return !quick && only.isEmpty() && among.isEmpty();
  }
}
