package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainCodecsTest {

  private final BytesCodec bytes = BytesCodec.instance();
  private final TextCodec text = TextCodec.instance();

  @Test
  void ids_never_change() {
    assertThat(JsonCodec.of(String.class).id()).isEqualTo(1);
    assertThat(bytes.id()).isEqualTo(2);
    assertThat(text.id()).isEqualTo(3);
  }

  @Test
  void bytes_written_or_read_are_nobody_elses() {
    byte[] value = {1, 2, 3};
    byte[] written = bytes.encode(value);
    byte[] read = bytes.decode(written);
    value[0] = 9;
    written[1] = 9;

    assertThat(read).containsExactly(1, 2, 3);
    assertThat(written).containsExactly(1, 9, 3);
    assertThat(bytes.decode(written, 1, 2)).containsExactly(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Fête", "\uD83D\uDE00", "\uFFFD", "\0"})
  void text_is_read_as_it_was_written(String value) {
    assertThat(text.decode(text.encode(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uDE00", "\uD83Da", "\uDE00\uD83D"})
  void text_that_utf8_cannot_carry_is_refused(String value) {
    assertThatThrownBy(() -> text.encode(value))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("unpaired surrogate");
  }

  @Test
  void bytes_that_are_not_utf8_are_refused() {
    assertThatThrownBy(() -> text.decode(new byte[] {'a', (byte) 0xC3}))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("2 bytes are not UTF-8");
  }
}
