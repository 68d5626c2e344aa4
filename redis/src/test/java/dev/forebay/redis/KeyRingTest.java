package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

  private static final byte[] ONE = secret(0xA1);
  private static final byte[] TWO = secret(0xFB);
  private static final String ONE_TEXT = Base64.getEncoder().encodeToString(ONE);
  private static final String TWO_TEXT = Base64.getEncoder().encodeToString(TWO);

  @Test
  void the_first_key_writes_and_all_read() {
    KeyRing ring = KeyRing.parse("2:" + TWO_TEXT + ", 1:" + ONE_TEXT);

    assertThat(ring.writingId()).isEqualTo(2);
    assertThat(ring.ids()).containsExactly(2, 1);
  }

  @Test
  void a_secret_is_the_same_in_every_notation() {
    byte[] expected = KeyRing.builder().key(7, TWO).build().derive(7, "p");

    assertThat(new String[] {
          TWO_TEXT,
          TWO_TEXT.replace("=", ""),
          Base64.getUrlEncoder().encodeToString(TWO),
          HexFormat.of().formatHex(TWO),
          HexFormat.of().withUpperCase().formatHex(TWO)
        })
        .allSatisfy(
            text -> assertThat(KeyRing.parse("7:" + text).derive(7, "p")).isEqualTo(expected));
  }

  @Test
  void each_purpose_and_each_key_has_a_key_of_its_own() {
    KeyRing ring = KeyRing.builder().key(2, TWO).key(1, ONE).build();

    assertThat(ring.derive(2, "cache:a")).isEqualTo(ring.derive(2, "cache:a"));
    assertThat(ring.derive(2, "cache:a"))
        .isNotEqualTo(ring.derive(2, "cache:b"))
        .isNotEqualTo(ring.derive(1, "cache:a"))
        .isNotEqualTo(TWO);
  }

  @Test
  void an_array_that_changes_later_changes_no_key() {
    byte[] secret = ONE.clone();
    KeyRing ring = KeyRing.builder().key(1, secret).build();
    byte[] before = ring.derive(1, "p");

    Arrays.fill(secret, (byte) 0);

    assertThat(ring.derive(1, "p")).isEqualTo(before);
  }

  @Test
  void a_key_added_to_the_builder_later_is_in_no_ring_built_before() {
    KeyRingBuilder builder = KeyRing.builder().key(1, ONE);
    KeyRing ring = builder.build();
    builder.key(2, TWO);

    assertThat(ring.ids()).containsExactly(1);
  }

  @Test
  void its_text_shows_ids_and_no_secret() {
    assertThat(KeyRing.parse("2:" + TWO_TEXT + ",1:" + ONE_TEXT))
        .hasToString("KeyRing[writing=2, reading=[2, 1]]");
  }

  /** ONE and TWO stand for good secrets. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | there is no key in it",
        "' '                 | there is no key in it",
        "ONE                 | entry 1 of 1 has no colon",
        "1:ONE,              | entry 2 of 2 has no colon",
        "1:ONE;2:TWO         | the secret of key 1, 91 characters, is neither Base64",
        "ONE:1               | entry 1 of 1 does not begin with an id from 1 to 255",
        "0:ONE               | entry 1 of 1 does not begin with an id from 1 to 255",
        "1:ONE,x:TWO         | entry 2 of 2 does not begin with an id from 1 to 255",
        "256:ONE             | key id 256 is not from 1 to 255",
        "1:                  | key 1 has 0 bytes instead of 32",
        "1:c2VjcmV0LXRleHQ=  | key 1 has 11 bytes instead of 32",
        "1:secret-text!      | the secret of key 1, 12 characters, is neither Base64",
        "1:ONE,1:TWO         | key id 1 is there twice",
        "2:ONE,1:ONE         | keys 2 and 1 have the same secret",
      })
  void a_mistake_is_named_with_its_cure_and_no_secret(String text, String problem) {
    String setting = text.replace("ONE", ONE_TEXT).replace("TWO", TWO_TEXT);

    assertThatThrownBy(() -> KeyRing.parse(setting))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.setting()).isEqualTo("FOREBAY_ENCRYPTION_KEYS"))
        .hasMessageContaining(problem)
        .hasMessageContaining("openssl rand -base64 32")
        .hasNoCause()
        .message()
        .doesNotContain(ONE_TEXT.substring(0, 10))
        .doesNotContain(TWO_TEXT.substring(0, 10))
        .doesNotContain("secret-text")
        .doesNotContain("c2VjcmV0");
  }

  @Test
  void an_empty_builder_builds_nothing() {
    assertThatThrownBy(() -> KeyRing.builder().build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("there is no key in it");
  }

  @Test
  void a_variable_that_is_not_set_is_no_key() {
    assertThatThrownBy(() -> KeyRing.parse(null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("FOREBAY_ENCRYPTION_KEYS")
        .hasMessageContaining("there is no key in it");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 24, 31, 33, 64})
  void a_secret_of_another_length_is_refused(int length) {
    assertThatThrownBy(() -> KeyRing.builder().key(1, new byte[length]))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("key 1 has " + length + " bytes instead of 32")
        .hasMessageContaining("openssl rand -base64 32");
  }

  private static byte[] secret(int first) {
    byte[] secret = new byte[32];
    for (int i = 0; i < secret.length; i++) {
      secret[i] = (byte) (first + 5 * i);
    }
    return secret;
  }
}
