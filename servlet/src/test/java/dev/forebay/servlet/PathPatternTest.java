package dev.forebay.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("RL4")
class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "/, '', true",
    "/, /, true",
    "/, /login, false",
    "/login, /login, true",
    "/login, /login/, true",
    "/login, //login, true",
    "/login, /Login, false",
    "/login, /login/x, false",
    "/login, /, false",
    "/items/*, /items/42, true",
    "/items/*, /items, false",
    "/items/*, /items/42/photos, false",
    "/items/*/photos, /items/42/photos, true",
    "/api/**, /api, true",
    "/api/**, /api/, true",
    "/api/**, /api/items/42, true",
    "/api/**, /apis, false",
    "/**, /, true",
    "/**, /a/b/c, true",
    "/a*b, /a*b, refused",
    "/api/**/x, /api/x, refused",
    "/*.json, /a.json, refused",
    "login, /login, refused",
    "'', /, refused",
  })
  void a_pattern_matches_whole_segments(String pattern, String path, String outcome) {
    if (outcome.equals("refused")) {
      assertThatThrownBy(() -> new PathPattern(pattern))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Path '" + pattern + "' ");
    } else {
      assertThat(new PathPattern(pattern).matches(path)).isEqualTo(Boolean.valueOf(outcome));
    }
  }
}
