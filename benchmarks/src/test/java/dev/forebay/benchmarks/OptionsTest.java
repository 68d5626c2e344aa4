package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void only_a_full_run_stands_for_its_suite() {
    assertThat(Options.of("cache").isWhole()).isTrue();
    assertThat(Options.of("cache", "--aof").isWhole()).isTrue();
    assertThat(Options.of("cache", "--quick").isWhole()).isFalse();
    assertThat(Options.of("cache", "--contestant=jedis").isWhole()).isFalse();
  }

  @Test
  void parts_of_a_suite_are_chosen_by_a_part_of_their_names() {
    Suite cache = Suites.named("cache");
    Options options = Options.of("cache", "--case=64 virtual", "--contestant=jedis");
    assertThat(options.casesOf(cache))
        .isNotEmpty()
        .allMatch(played -> played.name().contains("64 virtual"));
    assertThat(options.contestantsOf(cache))
        .isNotEmpty()
        .allMatch(contestant -> contestant.name().contains("jedis"));
  }

  @Test
  void an_unknown_suite_or_argument_is_refused_with_what_there_is() {
    assertThatThrownBy(() -> Options.of("cahce")).hasMessageContaining("cache");
    assertThatThrownBy(() -> Options.of("cache", "--fast")).hasMessageContaining("--fast");
    assertThatThrownBy(Options::of).hasMessage("Name a suite");
    assertThatThrownBy(() -> Options.of("cache", "--case=put, 7"))
        .hasMessage("No case's name contains 'put, 7'");
    assertThatThrownBy(() -> Options.of("cache", "--contestant=jodis"))
        .hasMessage("No contestant's name contains 'jodis'");
  }
}
