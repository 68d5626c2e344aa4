package dev.forebay.benchmarks.limits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitSimulatorTest {

  @Test
  void every_algorithm_is_compared_at_each_limit_and_auto_is_off_by_a_thousandth_at_most() {
    ByteArrayOutputStream table = new ByteArrayOutputStream();

    LimitSimulator.print(new PrintStream(table, true, UTF_8), 400_000);

    List<String> rows = table.toString(UTF_8).lines().skip(1).toList();
    assertThat(rows).hasSize(6 * 5 * 2).doesNotHaveDuplicates();
    assertThat(rows)
        .filteredOn(row -> row.startsWith("auto "))
        .hasSize(5 * 2)
        .allSatisfy(row -> assertThat(ratio(row)).isBetween(99.9, 100.1));
    assertThat(rows)
        .filteredOn(row -> row.startsWith("fixed window ") && row.contains("bursty"))
        .allSatisfy(row -> assertThat(ratio(row)).isGreaterThan(110));
  }

  /** Returns what an algorithm admits of a log's hundred. */
  private static double ratio(String row) {
    String[] columns = row.split(" +", -1);
    return Double.parseDouble(columns[columns.length - 2].replace("%", ""));
  }
}
