package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void waiting_times_double_up_to_a_second_and_begin_anew_after_a_success() {
    Backoff backoff = new Backoff();
    long[] ceilings = {50, 100, 200, 400, 800, 1000, 1000, 1000};
    for (int round = 0; round < 2; round++) {
      for (long ceiling : ceilings) {
        assertThat(backoff.next())
            .isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
      }
      backoff.reset();
    }
  }

  @Test
  void the_time_that_an_attempt_took_counts() {
    Backoff backoff = new Backoff();
    for (int failures = 0; failures < 20; failures++) {
      assertThat(backoff.next(Duration.ofSeconds(1)))
          .isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
    }
    assertThat(backoff.next(Duration.ofMillis(200)))
        .isBetween(Duration.ofMillis(300), Duration.ofMillis(800));
  }

  @Test
  void a_thousand_failures_do_not_overflow() {
    Backoff backoff = new Backoff();
    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.next()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void waiting_times_are_spread() {
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Backoff backoff = new Backoff();
      for (int failures = 0; failures < 6; failures++) {
        seen.add(backoff.next());
      }
    }
    assertThat(seen).hasSizeGreaterThan(200);
  }
}
