package dev.forebay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RL4")
class RateLimitFieldsTest {

  private static final QuotaState LOGIN =
      new QuotaState("login", 5, Duration.ofMinutes(5), 0, Duration.ofSeconds(42));
  private static final QuotaState AUTH =
      new QuotaState("auth", 10, Duration.ofMinutes(1), 7, Duration.ofMillis(17_001));

  /** A String of RFC 9651 followed by parameters that are Integers. */
  private static final Pattern ITEM =
      Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"(?:;[a-z]=[0-9]{1,15})+");

  @Test
  void one_limit_is_told_as_the_draft_says() {
    assertThat(RateLimitFields.of(List.of(LOGIN)).asMap())
        .containsExactly(
            entry("RateLimit-Policy", "\"login\";q=5;w=300"),
            entry("RateLimit", "\"login\";r=0;t=42"));
  }

  @Test
  void several_limits_are_one_list_in_their_order() {
    assertThat(RateLimitFields.of(List.of(LOGIN, AUTH))
            .retryAfter(Duration.ofSeconds(42))
            .asMap())
        .containsExactly(
            entry("RateLimit-Policy", "\"login\";q=5;w=300, \"auth\";q=10;w=60"),
            entry("RateLimit", "\"login\";r=0;t=42, \"auth\";r=7;t=18"),
            entry("Retry-After", "42"));
  }

  @Test
  void without_limits_there_are_no_fields() {
    assertThat(RateLimitFields.of(List.of()).legacy(Instant.EPOCH).asMap()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 1",
    "PT-5S, 1",
    "PT0.000000001S, 1",
    "PT0.001S, 1",
    "PT1S, 1",
    "PT1.000000001S, 2",
    "PT41.2S, 42",
    "PT42S, 42",
    "PT24H, 86400",
    "PT2562047788015215H30M7S, 999999999999999",
  })
  void retry_after_is_in_whole_seconds_and_never_too_early(Duration wait, String seconds) {
    assertThat(RateLimitFields.of(List.of()).retryAfter(wait).asMap())
        .containsExactly(entry("Retry-After", seconds));
  }

  @Test
  void every_moment_of_a_retry_after_is_late_enough_and_no_second_too_late() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      Duration wait = Duration.ofNanos(random.nextLong(1, Duration.ofDays(49).toNanos()));
      Duration told = Duration.ofSeconds(RateLimitFields.retryAfterSeconds(wait));

      assertThat(told).isGreaterThanOrEqualTo(wait).isLessThan(wait.plusSeconds(1));
    }
  }

  @Test
  void the_customary_fields_tell_of_the_scarcest_limit() {
    assertThat(RateLimitFields.of(List.of(AUTH, LOGIN))
            .legacy(Instant.parse("2026-11-21T12:00:00.5Z"))
            .asMap())
        .containsEntry("X-RateLimit-Limit", "5")
        .containsEntry("X-RateLimit-Remaining", "0")
        .containsEntry(
            "X-RateLimit-Reset",
            Long.toString(Instant.parse("2026-11-21T12:00:43Z").getEpochSecond()));
  }

  @Test
  void names_of_any_printable_text_are_written_so_that_they_are_read_back() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      List<String> names = new ArrayList<>();
      List<QuotaState> states = new ArrayList<>();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        String name = printable(random);
        names.add(name);
        states.add(new QuotaState(name, 1, Duration.ofSeconds(1), 1, Duration.ZERO));
      }
      RateLimitFields.of(states).forEach((field, value) -> {
        assertThat(namesIn(value)).as(field + ": " + value).isEqualTo(names);
      });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\rSet-Cookie: x", "a\u0000", "Grüße", "\u007f", "\ud800"})
  void a_name_that_no_field_can_hold_is_refused(String name) {
    assertThatThrownBy(() -> new QuotaState(name, 1, Duration.ofSeconds(1), 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("policy must ")
        .message()
        .matches("[ -~]*");
  }

  @Test
  void numbers_that_no_field_can_hold_are_refused_or_capped() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new QuotaState("a", -1, second, 0, second))
        .hasMessage("quota of 'a' must be >= 0, was -1");
    assertThatThrownBy(() -> new QuotaState("a", 1, Duration.ZERO, 0, second))
        .hasMessageContaining("window of 'a' must be > 0");
    assertThatThrownBy(() -> new QuotaState("a", 1, second, -1, second))
        .hasMessageContaining("remaining of 'a' must be >= 0");
    assertThatThrownBy(() -> new QuotaState("a", 1, second, 0, second.negated()))
        .hasMessageContaining("reset of 'a' must be >= 0");
    QuotaState longest = new QuotaState(
        "a", 5, Duration.ofMillis(1), Long.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE));
    QuotaState largest = new QuotaState("b", Long.MAX_VALUE, second, Long.MAX_VALUE, second);
    assertThat(RateLimitFields.of(List.of(longest, largest)).asMap())
        .containsExactly(
            entry("RateLimit-Policy", "\"a\";q=5;w=1, \"b\";q=999999999999999;w=1"),
            entry("RateLimit", "\"a\";r=5;t=999999999999999, \"b\";r=999999999999999;t=1"));
  }

  private static List<String> namesIn(String list) {
    List<String> names = new ArrayList<>();
    Matcher item = ITEM.matcher(list);
    int at = 0;
    while (item.find(at)) {
      assertThat(list.substring(at, item.start())).isEqualTo(at == 0 ? "" : ", ");
      names.add(item.group(1).replaceAll("\\\\(.)", "$1"));
      at = item.end();
    }
    assertThat(at).isEqualTo(list.length());
    return names;
  }

  private static String printable(Random random) {
    String telling = "\"\\;=, ";
    StringBuilder name = new StringBuilder();
    for (int i = random.nextInt(1, 20); i > 0; i--) {
      name.append(
          random.nextBoolean()
              ? telling.charAt(random.nextInt(telling.length()))
              : (char) random.nextInt(' ', '~' + 1));
    }
    return name.toString();
  }
}
