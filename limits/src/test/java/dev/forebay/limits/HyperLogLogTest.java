package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.redis.spi.StableHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HyperLogLogTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 1_000, 5_000, 10_000, 100_000, 1_000_000})
  void different_subjects_are_estimated_within_three_standard_errors(int subjects) {
    HyperLogLog sketch = new HyperLogLog(2_048);
    for (int i = 0; i < subjects; i++) {
      long hash = StableHash.of("user:" + i);
      sketch.add(hash);
      sketch.add(hash);
    }

    double error = 3 * 1.04 / Math.sqrt(2_048);
    assertThat((double) sketch.estimate()).isCloseTo(subjects, within(1 + subjects * error));
  }

  @Test
  void without_subjects_there_are_none() {
    assertThat(new HyperLogLog(256).estimate()).isZero();
    assertThat(HyperLogLog.estimate(new byte[0])).isZero();
  }

  @Test
  void a_hash_that_is_all_zeros_is_one_subject() {
    HyperLogLog sketch = new HyperLogLog(256);
    sketch.add(0);

    assertThat(sketch.estimate()).isEqualTo(1);
  }
}
