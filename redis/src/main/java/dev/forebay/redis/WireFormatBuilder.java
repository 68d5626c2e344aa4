package dev.forebay.redis;

import dev.forebay.redis.spi.WireFormat;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Describes how the values of one purpose are stored. For features; an application chooses codec,
 * compression and keys on the feature it uses.
 *
 * @param <V> the type of the values
 */
public final class WireFormatBuilder<V> {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Codec<V> codec;
  private Compression compression = Compression.lz4();
  private @Nullable EnvelopeKeys keys;
  private Consumer<byte[]> nonces = RANDOM::nextBytes;

  private WireFormatBuilder(Codec<V> codec) {
    this.codec = codec;
  }

  /**
   * Begins with a codec, default compression and no encryption.
   *
   * @throws ConfigurationException if the codec's id is not from 1 to 127
   */
  public static <V> WireFormatBuilder<V> of(Codec<V> codec) {
    if (codec.id() < 1 || codec.id() > 127) {
      throw new ConfigurationException(
          "codec",
          "the id of " + codec.getClass().getName() + ", " + codec.id() + ", is not from 1 to 127",
          "Return a number from 64 to 127 that no other codec of the application has.");
    }
    return new WireFormatBuilder<>(codec);
  }

  /** Chooses when values are compressed; {@link Compression#lz4} by default. */
  public WireFormatBuilder<V> compression(Compression when) {
    this.compression = when;
    return this;
  }

  /**
   * Encrypts values, and refuses to read any that are not.
   *
   * @param purpose what the values are, {@code cache:products} say; values of one purpose cannot be
   *     read as another's, and those of a changed purpose cannot be read at all
   */
  public WireFormatBuilder<V> encryption(KeyRing ring, String purpose) {
    if (purpose.isBlank()) {
      throw new ConfigurationException(
          "purpose", "it is blank", "Name what is encrypted, for example 'cache:products'.");
    }
    this.keys = new EnvelopeKeys(ring, purpose);
    return this;
  }

  /** Lets a test foresee the bytes. */
  WireFormatBuilder<V> nonces(Consumer<byte[]> source) {
    this.nonces = source;
    return this;
  }

  /** Returns the format. Derives the keys of the purpose, so it is built once and kept. */
  public WireFormat<V> build() {
    return new EnvelopeFormat<>(codec, compression, keys, nonces);
  }
}
