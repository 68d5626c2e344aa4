package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DistributionTest {

  @Test
  void a_value_is_counted_between_its_powers_of_two() {
    Histogram histogram = new Histogram();
    LongStream.of(-5, 0, 1, 2, 3, 4, 7, 8, Long.MAX_VALUE / 4).forEach(histogram::add);

    List<Long> buckets = histogram.snapshot().buckets();
    assertThat(buckets.subList(0, 5)).containsExactly(2L, 1L, 2L, 2L, 1L);
    assertThat(buckets).hasSize(Distribution.BUCKETS).endsWith(1L);
  }

  @Test
  void mean_is_exact_and_quantiles_are_less_than_twice_too_high() {
    Random random = new Random(7);
    long[] values = random.longs(10_000, 1, 2_000_000).sorted().toArray();
    Histogram histogram = new Histogram();
    LongStream.of(values).forEach(histogram::add);
    Distribution distribution = histogram.snapshot();

    assertThat(distribution.count()).isEqualTo(values.length);
    assertThat(distribution.mean()).isEqualTo(LongStream.of(values).average().orElseThrow());
    for (double share : new double[] {0, 0.25, 0.5, 0.99, 1}) {
      long exact = values[Math.max(0, (int) Math.ceil(share * values.length) - 1)];
      assertThat(distribution.quantile(share)).isBetween(exact, 2 * exact);
    }
    assertThat(distribution.largest()).isBetween(values[9_999], 2 * values[9_999]);
  }

  @Test
  void no_values_have_a_mean_and_quantiles_of_zero() {
    assertThat(Distribution.none().mean()).isZero();
    assertThat(Distribution.none().quantile(0.99)).isZero();
    assertThat(Distribution.none().largest()).isZero();
    assertThatThrownBy(() -> Distribution.none().quantile(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("99");
  }

  @Test
  void what_came_later_is_the_difference() {
    Histogram histogram = new Histogram();
    histogram.add(5);
    Distribution earlier = histogram.snapshot();
    histogram.add(900);
    Distribution later = histogram.snapshot();

    assertThat(later.minus(earlier).mean()).isEqualTo(900);
    assertThat(earlier.plus(later.minus(earlier))).isEqualTo(later);
    assertThat(later.minus(later)).isEqualTo(Distribution.none());
  }
}
