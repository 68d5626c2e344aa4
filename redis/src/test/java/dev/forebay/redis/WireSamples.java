package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.CodecException.Reason;
import dev.forebay.redis.spi.Envelope.Meta;
import dev.forebay.redis.spi.WireFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;

/** Values, keys and envelopes for tests of the wire format. */
final class WireSamples {

  private static final String KEY = "forebay:c:products:{7}";
  private static final Meta ALL =
      new Meta(1_790_000_000_000L, 1_790_000_060_000L, 25_000, List.of("zR3-x9", "catégorie=5"));

  private WireSamples() {}

  /** One envelope of each kind, and the format that reads it. */
  static List<Sample> all() {
    KeyRing ring = ring(2, 1);
    WireFormatBuilder<String> json = WireFormatBuilder.of(JsonCodec.of(String.class));
    WireFormat<String> plain = json.build();
    WireFormat<String> encrypted = json.encryption(ring, "cache:products").build();
    String longText = "All work and no play makes Jack a dull boy. ".repeat(40);
    return List.of(
        new Sample("plain", plain, plain.write(KEY, "a value", Meta.NONE)),
        new Sample("plain with meta", plain, plain.write(KEY, "a value", ALL)),
        new Sample("compressed", plain, plain.write(KEY, longText, Meta.NONE)),
        new Sample("compressed with meta", plain, plain.write(KEY, longText, ALL)),
        new Sample("encrypted", encrypted, encrypted.write(KEY, "a value", Meta.NONE)),
        new Sample("encrypted with meta", encrypted, encrypted.write(KEY, "a value", ALL)),
        new Sample("compressed, encrypted", encrypted, encrypted.write(KEY, longText, ALL)));
  }

  static KeyRing ring(int... ids) {
    KeyRingBuilder builder = KeyRing.builder();
    for (int id : ids) {
      builder.key(id, secret(id));
    }
    return builder.build();
  }

  static byte[] secret(int id) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) (id * 17));
    return secret;
  }

  /** Bytes of which some compress well, some badly and some not at all. */
  static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    int mask = new int[] {0x00, 0x01, 0x0F, 0xFF}[random.nextInt(4)];
    for (int i = 0; i < length; i++) {
      bytes[i] &= (byte) mask;
    }
    return bytes;
  }

  static Meta meta(Random random) {
    List<String> epochs = new ArrayList<>();
    if (random.nextBoolean()) {
      for (int i = random.nextInt(5); i > 0; i--) {
        epochs.add("é".repeat(random.nextInt(100)) + Long.toString(random.nextLong(), 36));
      }
    }
    return new Meta(
        random.nextBoolean() ? 0 : random.nextLong() >>> (16 + random.nextInt(47)),
        random.nextBoolean() ? 0 : random.nextLong() >>> (16 + random.nextInt(47)),
        random.nextBoolean() ? 0 : random.nextLong() >>> (1 + random.nextInt(62)),
        epochs);
  }

  /** Gives damaged bytes a checksum as if they had been written so. */
  static void fixChecksum(byte[] envelope) {
    CRC32C crc = new CRC32C();
    crc.update(envelope, 0, envelope.length - 4);
    ByteBuffer.wrap(envelope).putInt(envelope.length - 4, (int) crc.getValue());
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sample(String name, WireFormat<String> format, byte[] bytes) {

    void assertRefused(byte[] damaged, Set<Reason> reasons, String damage) {
      assertThatThrownBy(() -> format.read(KEY, damaged))
          .as("%s, %s", name, damage)
          .isInstanceOfSatisfying(
              CodecException.class, e -> assertThat(e.reason()).isIn(reasons));
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
