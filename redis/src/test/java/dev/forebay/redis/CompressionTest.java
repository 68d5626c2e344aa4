package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.CodecException.Reason;
import dev.forebay.redis.spi.Envelope.Meta;
import dev.forebay.redis.spi.WireFormat;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

  private static final String KEY = "k";

  private final WireFormat<byte[]> byDefault = format(Compression.lz4());

  @Test
  void a_value_above_the_threshold_is_compressed_and_one_at_it_is_not() {
    assertThat(byDefault.write(KEY, new byte[1024], Meta.NONE)).hasSize(1024 + 7);
    assertThat(byDefault.write(KEY, new byte[1025], Meta.NONE)).hasSizeLessThan(40);
  }

  @Test
  void the_threshold_can_be_moved() {
    WireFormat<byte[]> eager = format(Compression.lz4().above(100));

    assertThat(eager.write(KEY, new byte[100], Meta.NONE)).hasSize(107);
    assertThat(eager.write(KEY, new byte[101], Meta.NONE)).hasSizeLessThan(40);
  }

  @Test
  void turned_off_it_still_reads_what_was_compressed() {
    WireFormat<byte[]> off = format(Compression.off());
    byte[] value = new byte[50_000];

    assertThat(off.write(KEY, value, Meta.NONE)).hasSize(50_007);
    assertThat(off.read(KEY, byDefault.write(KEY, value, Meta.NONE)).value()).isEqualTo(value);
  }

  @Test
  void a_value_of_which_less_than_a_tenth_would_be_saved_stays_as_it_is() {
    Random random = new Random(5);
    byte[] noise = new byte[20_000];
    random.nextBytes(noise);
    byte[] almostNoise = noise.clone();
    Arrays.fill(almostNoise, 0, 1_800, (byte) 0);
    byte[] lessNoise = noise.clone();
    Arrays.fill(lessNoise, 0, 2_500, (byte) 0);

    assertThat(byDefault.write(KEY, noise, Meta.NONE)).hasSize(20_007);
    assertThat(byDefault.write(KEY, almostNoise, Meta.NONE)).hasSize(20_007);
    assertThat(byDefault.write(KEY, lessNoise, Meta.NONE)).hasSizeLessThan(17_800);
  }

  @Test
  void json_of_a_list_shrinks_to_less_than_half() {
    StringBuilder items = new StringBuilder();
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      items.append("{\"id\":%d,\"name\":\"Product %d\",\"price\":%d},"
          .formatted(i, random.nextInt(1000), random.nextInt(10_000)));
    }
    WireFormat<String> text = WireFormatBuilder.of(TextCodec.instance()).build();

    assertThat(text.write(KEY, items.toString(), Meta.NONE)).hasSizeLessThan(items.length() / 2);
  }

  @Test
  void a_value_too_large_to_be_read_back_compressed_is_written_as_it_is() {
    WireFormat<byte[]> small = format(Compression.lz4().decompressingAtMost(4096));

    assertThat(small.write(KEY, new byte[4096], Meta.NONE)).hasSizeLessThan(60);
    byte[] bytes = small.write(KEY, new byte[4097], Meta.NONE);
    assertThat(bytes).hasSize(4097 + 7);
    assertThat(small.read(KEY, bytes).value()).hasSize(4097);
  }

  @Test
  void a_value_that_declares_more_than_allowed_is_refused() {
    byte[] bytes = byDefault.write(KEY, new byte[5000], Meta.NONE);
    WireFormat<byte[]> small = format(Compression.lz4().decompressingAtMost(4096));

    assertThatThrownBy(() -> small.read(KEY, bytes))
        .isInstanceOfSatisfying(
            CodecException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining("declares 5000 bytes, more than the 4096 allowed")
        .hasMessageContaining("decompressingAtMost");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9_999, 10_001, 65 << 20, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void a_bomb_is_refused_before_it_takes_memory(long declared) {
    byte[] block = Lz4.roomFor(10_000);
    int length = Lz4.compress(new byte[10_000], block);

    assertThatThrownBy(() -> Lz4.decompress(block, 0, length, declared, 64 << 20))
        .isInstanceOfSatisfying(
            CodecException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
  }

  @Test
  void a_size_that_so_few_bytes_cannot_have_is_refused_before_it_takes_memory() {
    byte[] block = new byte[1000];

    assertThatThrownBy(() -> Lz4.decompress(block, 0, 1000, 255_001, Integer.MAX_VALUE))
        .isInstanceOf(CodecException.class)
        .hasNoCause();
  }

  @Test
  void the_best_compression_there_is_stays_below_the_ratio_taken_for_impossible() {
    for (int length : new int[] {2_000, 100_000, 16 << 20}) {
      byte[] value = new byte[length];
      assertThat(byDefault.read(KEY, byDefault.write(KEY, value, Meta.NONE)).value())
          .isEqualTo(value);
    }
  }

  @Test
  void garbage_is_never_decompressed_to_a_surprise() {
    Random random = new Random(77);
    for (int i = 0; i < 100_000; i++) {
      byte[] garbage = new byte[1 + random.nextInt(60)];
      random.nextBytes(garbage);
      int size = random.nextInt(2_000);
      try {
        assertThat(Lz4.decompress(garbage, 0, garbage.length, size, 64 << 20)).hasSize(size);
      } catch (CodecException expected) {
        assertThat(expected.reason()).isEqualTo(Reason.CORRUPT);
      }
    }
  }

  @Test
  void settings_that_cannot_be_are_refused_at_once() {
    assertThatThrownBy(() -> Compression.lz4().above(-1))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("compression threshold: -1 bytes");
    for (int bytes : new int[] {-1, 1023, (512 << 20) + 1}) {
      assertThatThrownBy(() -> Compression.lz4().decompressingAtMost(bytes))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("largest decompressed value: " + bytes + " bytes is not from 1024");
    }
  }

  private static WireFormat<byte[]> format(Compression compression) {
    return WireFormatBuilder.of(BytesCodec.instance()).compression(compression).build();
  }
}
