package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeaturesTableTest {

  @Test
  void every_done_row_is_shown_by_a_test_that_passed_in_this_build() throws IOException {
    House house = House.ofThisBuild();
    List<FeatureRow> rows =
        FeatureRow.parse(Files.readString(house.root().resolve("docs/features.md")));
    Instant buildStarted = Instant.parse(House.required("forebay.build.started"));
    assertThat(new FeaturesAudit(house, rows, buildStarted).violations()).isEmpty();
  }
}
