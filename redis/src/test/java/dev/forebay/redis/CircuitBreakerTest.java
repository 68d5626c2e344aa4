package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private final CircuitBreaker breaker = new CircuitBreaker();

  @Test
  void time_outs_in_a_row_open_it_and_answers_between_them_do_not_let_them() {
    assertThat(opened(CircuitBreaker.THRESHOLD - 1)).isZero();
    breaker.answered();
    assertThat(opened(CircuitBreaker.THRESHOLD - 1)).isZero();
    assertThat(breaker.isOpen()).isFalse();

    assertThat(opened(1)).isEqualTo(1);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void while_it_is_open_neither_answers_nor_time_outs_change_anything() {
    assertThat(opened(CircuitBreaker.THRESHOLD)).isEqualTo(1);
    breaker.answered();

    assertThat(opened(3 * CircuitBreaker.THRESHOLD)).isZero();
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void once_closed_it_takes_as_many_time_outs_again() {
    assertThat(opened(2 * CircuitBreaker.THRESHOLD)).isEqualTo(1);
    breaker.close();

    assertThat(breaker.isOpen()).isFalse();
    assertThat(opened(CircuitBreaker.THRESHOLD - 1)).isZero();
    assertThat(opened(1)).isEqualTo(1);
  }

  @Test
  void of_many_threads_one_opens_it() {
    long openers = IntStream.range(0, 70_000)
        .parallel()
        .filter(i -> {
          if (i % 7 == 0) {
            breaker.answered();
          }
          return breaker.timedOut();
        })
        .count();

    assertThat(openers).isEqualTo(1);
  }

  /** Returns how many of so many time-outs opened it. */
  private int opened(int timeouts) {
    int opened = 0;
    for (int i = 0; i < timeouts; i++) {
      opened += breaker.timedOut() ? 1 : 0;
    }
    return opened;
  }
}
