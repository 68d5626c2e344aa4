package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.Envelope.Meta;
import dev.forebay.redis.spi.WireFormat;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the stored fixtures are. A file, once released, is never written again: a later version of
 * the format gets a folder of its own beside {@code v1}.
 */
final class WireFixtures {

  static final String V1 = "fixtures/v1/";
  static final String KEY = "forebay:c:products:{7}";

  private static final Meta ALL = new Meta(
      1_790_000_000_000L, 1_790_000_060_123L, 25_000, List.of("zR3-x9_qLw", "catégorie=5"));
  private static final Product PRODUCT = new Product(7, "Fête \uD83D\uDE00", List.of("a", "b"));
  private static final String LONG_TEXT = "All work and no play makes Jack a dull boy. ".repeat(40);

  record Product(long id, String name, List<String> tags) {}

  private WireFixtures() {}

  static List<Fixture<?>> v1() {
    Codec<Product> json = JsonCodec.of(Product.class);
    Codec<byte[]> raw = BytesCodec.instance();
    Codec<String> text = TextCodec.instance();
    return List.of(
        new Fixture<>("plain-json", json, null, PRODUCT, Meta.NONE),
        new Fixture<>("plain-json-meta", json, null, PRODUCT, ALL),
        new Fixture<>("plain-bytes", raw, null, new byte[] {0, 1, -1, 127, -128}, Meta.NONE),
        new Fixture<>("plain-bytes-empty", raw, null, new byte[0], Meta.NONE),
        new Fixture<>("plain-text", text, null, "Fête", Meta.NONE),
        new Fixture<>("soft-expiry", text, null, "v", Meta.NONE.withSoftExpiryMillis(1)),
        new Fixture<>(
            "hard-expiry", text, null, "v", Meta.NONE.withHardExpiryMillis((1L << 48) - 1)),
        new Fixture<>("load-cost", text, null, "v", Meta.NONE.withLoadCostMicros(Long.MAX_VALUE)),
        new Fixture<>("epochs", text, null, "v", Meta.NONE.withEpochs(List.of("e", "ü"))),
        new Fixture<>("compressed", text, null, LONG_TEXT, Meta.NONE),
        new Fixture<>("compressed-meta", text, null, LONG_TEXT, ALL),
        new Fixture<>("encrypted-key-1", text, WireSamples.ring(1), "a secret", Meta.NONE),
        new Fixture<>("encrypted-key-2", text, WireSamples.ring(2, 1), "a secret", Meta.NONE),
        new Fixture<>("encrypted-meta", json, WireSamples.ring(2, 1), PRODUCT, ALL),
        new Fixture<>("encrypted-bytes", raw, WireSamples.ring(1), new byte[] {1, 2}, Meta.NONE),
        new Fixture<>("compressed-encrypted", text, WireSamples.ring(2, 1), LONG_TEXT, ALL));
  }

  /**
   * Writes the fixtures that are missing into a folder, and fails at the first that is there.
   *
   * @param args the folder
   */
  public static void main(String... args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Fixture<?> fixture : v1()) {
      Path file = folder.resolve(fixture.name() + ".bin");
      try {
        Files.write(file, fixture.write(), StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException e) {
        throw new IllegalStateException(
            file + " exists. If it was never released, delete it first; else leave it alone", e);
      }
    }
  }

  /**
   * One envelope as it was stored.
   *
   * @param writingRing the keys that wrote it, or null if it is not encrypted
   */
  record Fixture<V>(
      String name, Codec<V> codec, @Nullable KeyRing writingRing, V value, Meta meta) {

    byte[] write() {
      // A nonce of its own for each name: with these public keys nothing depends on its secrecy.
      WireFormatBuilder<V> builder = WireFormatBuilder.of(codec).nonces(nonce -> {
        byte[] name = Arrays.copyOf(name().getBytes(UTF_8), nonce.length);
        System.arraycopy(name, 0, nonce, 0, nonce.length);
      });
      if (writingRing != null) {
        builder.encryption(writingRing, "cache:products");
      }
      return builder.build().write(KEY, value, meta);
    }

    /** Returns today's reader, which has all keys there ever were. */
    WireFormat<V> reader() {
      WireFormatBuilder<V> builder = WireFormatBuilder.of(codec);
      if (writingRing != null) {
        builder.encryption(WireSamples.ring(3, 2, 1), "cache:products");
      }
      return builder.build();
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
