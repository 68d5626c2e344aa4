package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("It sets the locale of the JVM")
class RuleTextTest {

  private final Locale before = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  private static Rule rule(@Nullable Penalty penalty) {
    return new Rule(
        new Limit(5, Duration.ofMinutes(1)),
        Algorithm.AUTO,
        0,
        penalty,
        WhenUnavailable.LOCAL,
        false,
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ar-EG", "fa-IR", "bn-BD", "mr-IN", "ne-NP", "my-MM"})
  void a_rule_reads_the_same_whatever_digits_the_locale_has(String locale) {
    Locale.setDefault(Locale.forLanguageTag(locale));
    Penalty penalty =
        new Penalty(Duration.ofSeconds(1), Duration.ofMinutes(1), 3, Duration.ofHours(1));

    assertThat(rule(penalty).text()).isEqualTo("L 5 60000 5 1000 60000 3 3600000");
  }

  @Test
  void a_rule_without_penalties_says_nothing_of_them() {
    assertThat(rule(null).text()).isEqualTo("L 5 60000 5");
  }
}
