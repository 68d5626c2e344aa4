package dev.forebay.marketplace.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {

  @ParameterizedTest
  @CsvSource({
    "PT0.001S, 1 second",
    "PT1S, 1 second",
    "PT59.001S, 1 minute",
    "PT4M12S, 4 minutes 12 seconds",
    "PT5M, 5 minutes",
    "PT59M59.5S, 1 hour",
    "PT1H4M1S, 1 hour 5 minutes",
    "P1D, 24 hours",
    "P2D, 2 days",
    "P6DT1S, 7 days"
  })
  void a_wait_is_told_in_words_and_never_too_short(Duration wait, String words) {
    assertThat(new Wording().span(wait)).isEqualTo(words);
  }
}
