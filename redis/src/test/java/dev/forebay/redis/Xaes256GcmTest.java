package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Xaes256GcmTest {

  /** Those of the specification; the two keys differ in the carry of the CMAC subkey. */
  @ParameterizedTest
  @CsvSource({
    "1, '', ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
    "3, c2sp.org/XAES-256-GCM, 986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
  })
  void the_vectors_of_the_specification_come_out(byte keyByte, String context, String expected) {
    byte[] key = new byte[32];
    Arrays.fill(key, keyByte);
    byte[] nonce = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(UTF_8);
    byte[] plain = "XAES-256-GCM".getBytes(UTF_8);
    Xaes256Gcm cipher = new Xaes256Gcm(key);

    byte[] sealed = new byte[plain.length + Xaes256Gcm.TAG_BYTES];
    cipher.seal(nonce, context(context), ByteBuffer.wrap(plain), ByteBuffer.wrap(sealed));

    assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(expected);
    assertThat(cipher.open(nonce, context(context), ByteBuffer.wrap(sealed))).isEqualTo(plain);
    assertThat(cipher.open(nonce, context(context + "!"), ByteBuffer.wrap(sealed)))
        .isNull();
  }

  @Test
  void threads_share_one_key() {
    Xaes256Gcm cipher = new Xaes256Gcm(new byte[32]);

    IntStream.range(0, 20_000).parallel().forEach(i -> {
      Random random = new Random(i);
      byte[] nonce = new byte[24];
      random.nextBytes(nonce);
      byte[] plain = new byte[random.nextInt(100)];
      random.nextBytes(plain);
      byte[] sealed = new byte[plain.length + Xaes256Gcm.TAG_BYTES];
      cipher.seal(nonce, context("x"), ByteBuffer.wrap(plain), ByteBuffer.wrap(sealed));
      assertThat(cipher.open(nonce, context("x"), ByteBuffer.wrap(sealed))).isEqualTo(plain);
    });
  }

  @Test
  void a_key_of_another_length_is_refused() {
    assertThatThrownBy(() -> new Xaes256Gcm(new byte[16]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16");
  }

  private static List<ByteBuffer> context(String text) {
    return List.of(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }
}
