package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.WireFixtures.Fixture;
import dev.forebay.redis.spi.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFixturesTest {

  static List<Fixture<?>> v1() {
    return WireFixtures.v1();
  }

  @ParameterizedTest
  @MethodSource("v1")
  void what_version_1_stored_is_still_read(Fixture<?> fixture) throws IOException {
    Envelope<?> read = fixture.reader().read(WireFixtures.KEY, stored(fixture));

    assertThat((Object) read.value()).isEqualTo(fixture.value());
    assertThat(read.meta()).isEqualTo(fixture.meta());
  }

  /**
   * A compressed one may differ after an update of the LZ4 library, whose output is not fixed by the
   * format: then leave the file as it is, and say so here.
   */
  @ParameterizedTest
  @MethodSource("v1")
  void the_writer_of_version_1_writes_the_same_bytes(Fixture<?> fixture) throws IOException {
    assertThat(fixture.write()).isEqualTo(stored(fixture));
  }

  private static byte[] stored(Fixture<?> fixture) throws IOException {
    String file = WireFixtures.V1 + fixture.name() + ".bin";
    try (InputStream bytes = WireFixturesTest.class.getResourceAsStream(file)) {
      assertThat(bytes).as("fixture %s; WireFixtures writes missing ones", file).isNotNull();
      return bytes.readAllBytes();
    }
  }
}
