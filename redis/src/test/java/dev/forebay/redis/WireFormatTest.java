package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.CodecException.Reason;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.Envelope.Meta;
import dev.forebay.redis.spi.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

  record Product(long id, String name) {}

  private static final String KEY = "forebay:c:products:{7}";
  private static final Meta ALL =
      new Meta(1_790_000_000_000L, 1_790_000_060_000L, 25_000, List.of("zR3-x9", "catégorie=5"));
  private static final KeyRing ONE = WireSamples.ring(1);
  private static final KeyRing TWO = WireSamples.ring(2);
  private static final KeyRing TWO_THEN_ONE = WireSamples.ring(2, 1);

  private final WireFormat<byte[]> plain =
      WireFormatBuilder.of(BytesCodec.instance()).build();
  private final WireFormat<byte[]> encrypted = encryptedBy(TWO_THEN_ONE);

  @Test
  void a_record_is_read_as_it_was_written() {
    WireFormat<Product> format =
        WireFormatBuilder.of(JsonCodec.of(Product.class)).build();
    Product product = new Product(7, "Fête");

    assertThat(format.read(KEY, format.write(KEY, product, ALL)))
        .isEqualTo(new Envelope<>(product, ALL));
  }

  @Test
  void a_plain_value_costs_7_bytes_and_an_encrypted_one_44() {
    assertThat(plain.write(KEY, new byte[100], Meta.NONE)).hasSize(107);
    assertThat(encrypted.write(KEY, new byte[100], Meta.NONE)).hasSize(144);
    assertThat(plain.write(KEY, new byte[100], ALL)).hasSize(107 + 6 + 6 + 3 + 1 + 7 + 13);
  }

  @Test
  void random_values_and_meta_are_read_as_they_were_written() {
    Random random = new Random(20260514);
    for (int i = 0; i < 5_000; i++) {
      Compression compression =
          random.nextBoolean() ? Compression.lz4().above(random.nextInt(64)) : Compression.off();
      WireFormatBuilder<byte[]> builder =
          WireFormatBuilder.of(BytesCodec.instance()).compression(compression);
      if (i % 3 == 0) {
        builder.encryption(TWO_THEN_ONE, "cache:products");
      }
      WireFormat<byte[]> format = builder.build();
      byte[] value = WireSamples.bytes(random, random.nextInt(i % 50 == 0 ? 100_000 : 300));
      Meta meta = WireSamples.meta(random);

      Envelope<byte[]> read = format.read(KEY, format.write(KEY, value, meta));

      assertThat(read.value()).as("value %d", i).isEqualTo(value);
      assertThat(read.meta()).as("meta %d", i).isEqualTo(meta);
    }
  }

  static List<WireSamples.Sample> samples() {
    return WireSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void no_flipped_bit_goes_unnoticed(WireSamples.Sample sample) {
    for (int bit = 0; bit < 8 * sample.bytes().length; bit++) {
      byte[] damaged = sample.bytes().clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      sample.assertRefused(damaged, reasonsOfFlipIn(bit / 8), "bit " + bit);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void no_missing_or_added_end_goes_unnoticed(WireSamples.Sample sample) {
    byte[] bytes = sample.bytes();
    for (int length = 0; length < 2 * bytes.length; length++) {
      if (length != bytes.length) {
        sample.assertRefused(
            Arrays.copyOf(bytes, length), Set.of(Reason.CORRUPT), "length " + length);
      }
    }
  }

  @Test
  void garbage_is_refused_and_nothing_worse() {
    Random random = new Random(991);
    for (int i = 0; i < 100_000; i++) {
      byte[] garbage = new byte[random.nextInt(80)];
      random.nextBytes(garbage);
      if (garbage.length > 1 && i % 4 != 0) {
        garbage[0] = (byte) 0xF9;
        garbage[1] &= 0x3F;
        if (i % 2 == 0 && garbage.length > 6) {
          // Past the checksum, the fields themselves have to stand up to it.
          WireSamples.fixChecksum(garbage);
        }
      }
      try {
        (i % 3 == 0 ? encrypted : plain).read(KEY, garbage);
        // Only what has the right checksum may be a value after all.
        assertThat(garbage).as("garbage %d", i).startsWith(0xF9);
      } catch (CodecException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":7}", "some text in UTF-8: é", "\0\0\0\0\0\0\0\0", "1234567"})
  void what_another_program_wrote_is_corrupt(String text) {
    assertRefused(() -> plain.read(KEY, text.getBytes(UTF_8)), Reason.CORRUPT, "another program");
  }

  @Test
  void a_later_version_is_of_a_newer_release() {
    byte[] bytes = plain.write(KEY, new byte[10], Meta.NONE);
    bytes[0] = (byte) 0xFA;

    assertRefused(
        () -> plain.read(KEY, bytes), Reason.NEWER_RELEASE, "newer release: it has version 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x40, 0x80, 0xC0})
  void a_flag_not_known_is_of_a_newer_release(int flag) {
    byte[] bytes = plain.write(KEY, new byte[10], Meta.NONE);
    bytes[1] |= (byte) flag;
    WireSamples.fixChecksum(bytes);

    assertRefused(
        () -> plain.read(KEY, bytes), Reason.NEWER_RELEASE, "newer release: it has flags");
  }

  @Test
  void a_codec_not_known_is_of_a_newer_release() {
    byte[] bytes = plain.write(KEY, new byte[10], Meta.NONE);
    bytes[2] = 4;
    WireSamples.fixChecksum(bytes);

    assertRefused(
        () -> plain.read(KEY, bytes), Reason.NEWER_RELEASE, "newer release: it has codec 4");
  }

  @Test
  void bytes_of_one_codec_are_not_read_by_another() {
    byte[] bytes = WireFormatBuilder.of(TextCodec.instance()).build().write(KEY, "12", Meta.NONE);
    WireFormat<Integer> numbers =
        WireFormatBuilder.of(JsonCodec.of(Integer.class)).build();

    assertRefused(
        () -> numbers.read(KEY, bytes), Reason.OTHER_CODEC, "codec 3 and is read by codec 1");
  }

  @Test
  void an_undamaged_value_of_another_type_is_the_codecs_to_refuse() {
    byte[] bytes =
        WireFormatBuilder.of(JsonCodec.of(String.class)).build().write(KEY, "x", Meta.NONE);
    WireFormat<Product> products =
        WireFormatBuilder.of(JsonCodec.of(Product.class)).build();

    assertRefused(() -> products.read(KEY, bytes), Reason.VALUE, "are not JSON of");
  }

  @Test
  void a_codec_that_throws_anything_is_contained() {
    WireFormat<String> broken = WireFormatBuilder.of(new BrokenCodec()).build();
    byte[] bytes = plain.write(KEY, new byte[10], Meta.NONE);
    bytes[2] = 64;
    WireSamples.fixChecksum(bytes);

    assertRefused(
        () -> broken.write(KEY, "x", Meta.NONE), Reason.VALUE, "Codec 64 failed to write");
    assertRefused(() -> broken.read(KEY, bytes), Reason.VALUE, "Codec 64 failed to read 10 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 128, 256})
  void a_codec_id_out_of_range_is_refused_at_once(int id) {
    assertThatThrownBy(() -> WireFormatBuilder.of(new BrokenCodec(id)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(id + ", is not from 1 to 127")
        .hasMessageContaining("64 to 127");
  }

  @Test
  void an_encrypted_value_shows_nothing_of_itself_and_is_never_the_same_twice() {
    byte[] secret = "4111 1111 1111 1111".getBytes(UTF_8);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = encrypted.write(KEY, secret, Meta.NONE);
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("1111");
      seen.add(HexFormat.of().formatHex(bytes));
    }
    assertThat(seen).hasSize(1_000);
  }

  @Test
  void an_encrypted_value_copied_to_another_key_is_refused() {
    byte[] bytes = encrypted.write(KEY, new byte[10], Meta.NONE);

    assertRefused(() -> encrypted.read(KEY + "x", bytes), Reason.CORRUPT, "damaged or copied");
  }

  @Test
  void an_encrypted_value_of_another_purpose_is_refused() {
    byte[] bytes = encrypted.write(KEY, new byte[10], Meta.NONE);
    WireFormat<byte[]> other = WireFormatBuilder.of(BytesCodec.instance())
        .encryption(TWO_THEN_ONE, "cache:orders")
        .build();

    assertRefused(() -> other.read(KEY, bytes), Reason.CORRUPT, "this Redis key and purpose");
  }

  @Test
  void a_plain_value_is_not_trusted_where_values_are_encrypted() {
    byte[] planted = plain.write(KEY, new byte[10], Meta.NONE);

    assertRefused(() -> encrypted.read(KEY, planted), Reason.CORRUPT, "is not encrypted");
  }

  @Test
  void after_a_rotation_old_values_are_read_and_new_ones_written_with_the_new_key() {
    WireFormat<byte[]> before = encryptedBy(ONE);
    WireFormat<byte[]> announced = encryptedBy(WireSamples.ring(1, 2));
    WireFormat<byte[]> rotated = encryptedBy(TWO_THEN_ONE);
    WireFormat<byte[]> after = encryptedBy(TWO);
    byte[] value = {4, 2};
    byte[] old = before.write(KEY, value, ALL);
    byte[] fresh = rotated.write(KEY, value, ALL);

    for (WireFormat<byte[]> format : List.of(before, announced, rotated)) {
      assertThat(format.read(KEY, old).value()).isEqualTo(value);
    }
    for (WireFormat<byte[]> format : List.of(announced, rotated, after)) {
      assertThat(format.read(KEY, fresh).value()).isEqualTo(value);
    }
    assertThat(before.read(KEY, announced.write(KEY, value, ALL)).value()).isEqualTo(value);
    assertRefused(
        () -> before.read(KEY, fresh), Reason.UNKNOWN_KEY, "with key 2; here are only [1]");
    assertRefused(() -> after.read(KEY, old), Reason.UNKNOWN_KEY, "FOREBAY_ENCRYPTION_KEYS");
    assertRefused(() -> plain.read(KEY, old), Reason.UNKNOWN_KEY, "no keys are configured here");
  }

  @Test
  void another_secret_under_a_known_id_is_told_from_an_unknown_key() {
    byte[] bytes = encryptedBy(ONE).write(KEY, new byte[10], Meta.NONE);
    KeyRing impostor = KeyRing.builder().key(1, WireSamples.secret(9)).build();

    assertRefused(
        () -> encryptedBy(impostor).read(KEY, bytes),
        Reason.CORRUPT,
        "another secret goes by that id");
  }

  @Test
  void an_epoch_that_cannot_be_stored_is_refused_at_once() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      many.add("e" + i);
    }
    for (List<String> epochs :
        List.of(many, List.of(""), List.of("é".repeat(128)), List.of("\uD83D"))) {
      assertThatThrownBy(() -> Meta.NONE.withEpochs(epochs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("epoch");
    }
    Meta full = Meta.NONE.withEpochs(many.subList(1, 256));
    assertThat(plain.read(KEY, plain.write(KEY, new byte[0], full)).meta()).isEqualTo(full);
  }

  /** Damage to version, flags or key id may look like a version, flag or key not known here. */
  private static Set<Reason> reasonsOfFlipIn(int index) {
    return index < 2 || index == 3
        ? Set.of(Reason.CORRUPT, Reason.NEWER_RELEASE, Reason.UNKNOWN_KEY)
        : Set.of(Reason.CORRUPT);
  }

  private static WireFormat<byte[]> encryptedBy(KeyRing ring) {
    return WireFormatBuilder.of(BytesCodec.instance())
        .encryption(ring, "cache:products")
        .build();
  }

  private static void assertRefused(Runnable read, Reason reason, String message) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            CodecException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  /** Fails as no codec should. */
  private record BrokenCodec(int id) implements Codec<String> {

    BrokenCodec() {
      this(64);
    }

    @Override
    public byte[] encode(String value) {
      throw new IllegalStateException("encode");
    }

    @Override
    public String decode(byte[] bytes) {
      throw new IllegalStateException("decode");
    }
  }
}
