package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ChildJvmTest {

  @Test
  void it_reads_and_prints_lines_in_a_process_of_its_own() {
    try (ChildJvm echo = ChildJvm.start(EchoMain.class, "an argument – with signs")) {
      assertThat(echo.readLine()).isEqualTo("an argument – with signs");
      long pid = pidOf(echo);
      assertThat(pid).isNotEqualTo(ProcessHandle.current().pid());
      assertThat(echo.ask("Fête")).isEqualTo(pid + " Fête");
    }
  }

  @Test
  void when_it_is_killed_it_is_gone_and_says_no_more() {
    try (ChildJvm echo = ChildJvm.start(EchoMain.class, "READY")) {
      assertThat(echo.readLine()).isEqualTo("READY");
      long pid = pidOf(echo);

      echo.kill();

      assertThat(isAlive(pid)).isFalse();
      for (int i = 0; i < 2; i++) {
        assertThatIllegalStateException()
            .isThrownBy(echo::readLine)
            .withMessageContaining("EchoMain has ended");
      }
    }
  }

  @Test
  void who_asks_one_that_has_ended_is_told_so() {
    try (ChildJvm echo = ChildJvm.start(EchoMain.class, "READY")) {
      assertThat(echo.readLine()).isEqualTo("READY");

      assertThatIllegalStateException()
          .isThrownBy(() -> echo.ask("exit"))
          .withMessageContaining("EchoMain has ended");
    }
  }

  @Test
  void closing_ends_it() {
    long pid;
    try (ChildJvm echo = ChildJvm.start(EchoMain.class, "READY")) {
      assertThat(echo.readLine()).isEqualTo("READY");
      pid = pidOf(echo);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> !isAlive(pid));
  }

  private static long pidOf(ChildJvm echo) {
    return Long.parseLong(echo.ask("?").split(" ", -1)[0]);
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
