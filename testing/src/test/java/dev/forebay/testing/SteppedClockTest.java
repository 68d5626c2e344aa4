package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SteppedClockTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  private final SteppedClock clock = new SteppedClock(NOON);

  @Test
  void it_moves_only_when_it_is_told_to() {
    assertThat(clock.instant()).isEqualTo(NOON);
    assertThat(clock.advance(Duration.ofMillis(1500))).isEqualTo(NOON.plusMillis(1500));
    assertThat(clock.advance(Duration.ZERO)).isEqualTo(NOON.plusMillis(1500));
    assertThat(clock.millis()).isEqualTo(NOON.toEpochMilli() + 1500);
    assertThat(new SteppedClock().instant()).isEqualTo(new SteppedClock().instant());
  }

  @Test
  void it_refuses_to_advance_backwards() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .withMessageContaining("PT-0.001S")
        .withMessageContaining("setBackTo");
    assertThat(clock.instant()).isEqualTo(NOON);
  }

  @Test
  void it_goes_back_only_when_asked_by_that_name() {
    clock.setBackTo(NOON.minusSeconds(60));
    assertThat(clock.instant()).isEqualTo(NOON.minusSeconds(60));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.setBackTo(NOON))
        .withMessageContaining("advance");
  }

  @Test
  void a_clock_in_another_zone_moves_along() {
    Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));
    clock.advance(Duration.ofHours(1));
    assertThat(tokyo.instant()).isEqualTo(NOON.plusSeconds(3600));
    assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
  }

  @Test
  void steps_of_many_threads_add_up() {
    IntStream.range(0, 10_000).parallel().forEach(i -> clock.advance(Duration.ofNanos(1)));
    assertThat(clock.instant()).isEqualTo(NOON.plusNanos(10_000));
  }
}
