package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The scores of a case as a table, for the console or for Markdown. The first row is its head. */
record Table(List<List<String>> rows) {

  static Table of(CaseResult result) {
    List<List<String>> rows = new ArrayList<>();
    boolean lockstep = result.played().pace() == Pace.LOCKSTEP;
    List<String> counts = result.scores().stream()
        .flatMap(score -> score.counts().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
    List<String> head = new ArrayList<>(List.of("contestant"));
    counts.forEach(name -> head.add(name + (lockstep ? "/round" : "/op")));
    head.addAll(lockstep ? List.of("slowest ms") : List.of("ops/s", "to floor", "ours to it"));
    boolean postgres = result.scores().stream().anyMatch(score -> score.postgresMicros() > 0);
    head.addAll(List.of("p50 µs", "p99 µs", "p99.9 µs", "JVM µs/op", "Redis µs/op"));
    if (postgres) {
      head.add("PostgreSQL µs/op");
    }
    head.addAll(List.of("alloc B/op", "commands/op", "B/entry"));
    rows.add(head);
    for (Score score : result.scores()) {
      rows.add(score.hasFigures() ? row(result, score, counts, postgres) : failed(score));
    }
    return new Table(rows);
  }

  private static List<String> failed(Score score) {
    String why = String.valueOf(score.failure()).lines().findFirst().orElse("").replace("|", "/");
    return List.of(
        score.contestant(), why.startsWith(SkippedException.PREFIX) ? why : "failed: " + why);
  }

  private static List<String> row(
      CaseResult result, Score score, List<String> counts, boolean postgres) {
    boolean lockstep = result.played().pace() == Pace.LOCKSTEP;
    List<String> row = new ArrayList<>();
    row.add(score.contestant() + (score.failure() == null ? "" : " (!)"));
    counts.forEach(
        name -> row.add(score.counts().containsKey(name) ? number(score.counts().get(name)) : ""));
    if (lockstep) {
      row.add(number(score.slowestMicros() / 1e3));
    } else {
      row.add(number(score.perSecond()));
      row.add(result
          .floor()
          .map(
              floor -> String.format(Locale.ROOT, "%.2f", Ratio.of(score, floor).median()))
          .orElse(""));
      row.add(result
          .ours()
          .filter(ours -> !ours.equals(score))
          .map(ours -> Ratio.of(ours, score).toString())
          .orElse(""));
    }
    row.add(number(score.p50Micros()));
    row.add(number(score.p99Micros()));
    row.add(number(score.p999Micros()));
    row.add(number(score.jvmMicros()));
    row.add(number(score.redisMicros()));
    if (postgres) {
      row.add(number(score.postgresMicros()));
    }
    row.add(number(score.allocatedBytes()));
    row.add(number(score.commands()));
    row.add(
        result.played().entries() < 100 || score.entryBytes() < 1
            ? ""
            : number(score.entryBytes()));
    return row;
  }

  /** Three figures that mean something, or all before the point. */
  static String number(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (value >= 10) {
      return String.format(Locale.ROOT, "%.1f", value);
    }
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, value >= 1 ? "%.2f" : "%.3f", value);
  }

  String forConsole() {
    List<String> head = rows.get(0);
    int[] widths = new int[head.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() && row.size() == head.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    widths[0] = rows.stream().mapToInt(row -> row.get(0).length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        String padding = " ".repeat(Math.max(0, widths[i] - cell.length()));
        text.append(i == 0 ? "  " + cell + padding : "  " + padding + cell);
      }
      text.append('\n');
    }
    return text.toString();
  }

  String forMarkdown() {
    int columns = rows.get(0).size();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      List<String> row = new ArrayList<>(rows.get(i));
      while (row.size() < columns) {
        row.add("");
      }
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (i == 0) {
        text.append("|---").append("|--:".repeat(columns - 1)).append("|\n");
      }
    }
    return text.toString();
  }
}
