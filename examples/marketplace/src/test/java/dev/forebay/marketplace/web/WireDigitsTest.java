package dev.forebay.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("It sets the locale of the JVM")
class WireDigitsTest {

  private final Locale before = Locale.getDefault();

  @BeforeEach
  void write_arabic_digits() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @Test
  void what_programs_read_has_ascii_digits_in_every_locale() {
    assertThat(RefusedByServer.answer(false, 400)).contains("\"status\":400,");
    assertThat(RefusedByServer.answer(true, 400)).contains(">400<");
    assertThat(RequestMeter.serverTiming("1.5", 2, 3))
        .isEqualTo("total;dur=1.5, queries;desc=\"2\", cache-hits;desc=\"3\"");
  }
}
