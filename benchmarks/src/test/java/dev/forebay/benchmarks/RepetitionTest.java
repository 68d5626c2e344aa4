package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepetitionTest {

  @Test
  void ratios_that_are_a_fifth_apart_are_told() {
    Repetition repetition = Repetition.of(
        run("first", score("floor", 100, 100), score("peer", 50, 52), score("other", 30)),
        run("again", score("floor", 200, 220), score("peer", 118, 110), score("other", 80)));

    assertThat(repetition.commit()).isEqualTo("first");
    assertThat(repetition.compared()).isEqualTo(2);
    assertThat(repetition.within()).isEqualTo(1);
    assertThat(repetition.apart()).hasToString("[do, 1 platform, other: 0.30 → 0.40]");
  }

  @Test
  void who_did_not_play_before_is_not_compared() {
    Repetition repetition = Repetition.of(
        run("first", score("floor", 100)), run("again", score("floor", 50), score("new", 50)));

    assertThat(repetition.compared()).isZero();
  }

  @Test
  void a_result_is_compared_with_the_one_that_was_kept_before(@TempDir Path folder)
      throws Exception {
    SuiteResult first = run("first", score("floor", 100), score("peer", 50));
    SuiteResult again = run("again", score("floor", 100), score("peer", 55));
    assertThat(first.after(first.fileIn(folder)).repetition()).isNull();
    first.writeTo(folder);
    again.after(again.fileIn(folder)).writeTo(folder);

    assertThat(SuiteResult.readFrom(again.fileIn(folder)).repetition())
        .isEqualTo(new Repetition("first", "2000-01-01T00:00:00Z", 1, List.of()));
  }

  private static SuiteResult run(String commit, Score... scores) {
    Case played = Case.of("do", "Nothing", Callers.platform(1), 1);
    Environment environment = new Environment(
        "2000-01-01T00:00:00Z", commit, "", 2, "", "0", "", List.of(), "", "", List.of());
    return new SuiteResult(
        "suite",
        "Why?",
        false,
        false,
        Schedule.QUICK,
        environment,
        Map.of(),
        List.of(new CaseResult(played, List.of(scores))),
        null);
  }

  private static Score score(String contestant, double... turns) {
    return new Score(
        contestant,
        contestant.equals("floor") ? Role.FLOOR : Role.PEER,
        null,
        Ratio.median(turns),
        Arrays.stream(turns).boxed().toList(),
        1,
        1,
        1,
        0,
        1,
        1,
        0,
        1,
        1,
        Map.of(),
        0,
        Map.of());
  }
}
