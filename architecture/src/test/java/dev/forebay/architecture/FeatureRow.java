package dev.forebay.architecture;

import java.util.Arrays;
import java.util.List;

/** One row of docs/features.md; {@code tests} are written {@code Class#method}. */
record FeatureRow(String id, String capability, String status, String module, List<String> tests) {

  private static final List<String> COLUMNS =
      List.of("id", "capability", "status", "module", "test");

  boolean isDone() {
    return status.equals("done");
  }

  /**
   * The rows of the one table in the text.
   *
   * @throws IllegalArgumentException if the heading or a row does not have the five columns
   */
  static List<FeatureRow> parse(String markdown) {
    List<List<String>> lines = markdown
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("|"))
        .map(FeatureRow::cells)
        .toList();
    if (lines.isEmpty() || !lines.get(0).equals(COLUMNS)) {
      throw new IllegalArgumentException(
          "The table must start with | " + String.join(" | ", COLUMNS) + " |");
    }
    return lines.stream()
        .skip(1)
        .filter(cells -> !cells.stream().allMatch(cell -> cell.matches(":?-+:?")))
        .map(FeatureRow::row)
        .toList();
  }

  private static FeatureRow row(List<String> cells) {
    if (cells.size() != COLUMNS.size()) {
      throw new IllegalArgumentException(
          "Row " + cells + " has " + cells.size() + " cells, not " + COLUMNS.size());
    }
    return new FeatureRow(
        cells.get(0), cells.get(1), cells.get(2), cells.get(3), tests(cells.get(4)));
  }

  private static List<String> tests(String cell) {
    return Arrays.stream(cell.replace("`", "").split("<br\\s*/?>|,"))
        .map(String::strip)
        .filter(test -> !test.isEmpty() && !test.equals("–") && !test.equals("-"))
        .toList();
  }

  private static List<String> cells(String line) {
    String inner = line.substring(
        1, line.endsWith("|") && line.length() > 1 ? line.length() - 1 : line.length());
    return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
  }
}
