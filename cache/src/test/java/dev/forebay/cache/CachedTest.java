package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.cache.Cached.Freshness;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How likely a reader is to refresh an entry before it is stale. */
@Tag("C6")
class CachedTest {

  /** So long that the time the draws take does not matter. */
  private static final Duration LEFT = Duration.ofHours(6);

  private static final int DRAWS = 100_000;

  private static Cached<String> fresh(double loadsLeft) {
    long costMicros = loadsLeft == 0 ? 0 : Math.round(LEFT.toMillis() * 1_000 / loadsLeft);
    long until = System.currentTimeMillis() + LEFT.toMillis();
    return new Cached<>("text", Freshness.FRESH, until, costMicros);
  }

  private static double shareDue(Cached<String> entry, double eagerness) {
    return IntStream.range(0, DRAWS).filter(draw -> entry.isDueEarly(eagerness)).count()
        / (double) DRAWS;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "1, 2", "0.5, 1", "4, 0.5"})
  void the_more_loads_fit_into_the_time_left_the_less_likely(double loadsLeft, double eagerness) {
    assertThat(shareDue(fresh(loadsLeft), eagerness))
        .isCloseTo(Math.exp(-loadsLeft / eagerness), within(0.01));
  }

  @Test
  void what_costs_nothing_to_load_or_never_gets_stale_is_never_due() {
    Cached<String> always = new Cached<>("text", Freshness.FRESH, 0, 1_000_000);

    assertThat(shareDue(fresh(0), 100)).as("of no known cost, as after a put").isZero();
    assertThat(shareDue(always, 100)).isZero();
    assertThat(shareDue(fresh(0.001), 0)).as("with refreshAhead off").isZero();
  }
}
